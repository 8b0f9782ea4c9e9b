import type { Transport } from '../../servers/contract.ts';
import type { Better, MetricId, Unit } from '../metrics.ts';
import type { Results } from '../results/schema.ts';

/** The one data model that every format of a comparison is rendered from. */

/** A run and what people call it. */
export interface NamedRun {
  readonly name: string;
  readonly results: Results;
}

/** What can be said of a metric's change, once for each case. */
export type Finding =
  /** The interval leaves out "no change", and the metric has a good direction. */
  | 'better'
  | 'worse'
  /** The same of a metric without one. */
  | 'lower'
  | 'higher'
  /** The interval is no change alone: all that decides it is the same on both sides. */
  | 'equal'
  /** The interval includes "no change", or the change is within the harness's own lateness. */
  | 'cannot tell'
  /** So few trials have no interval. */
  | 'too few';

/** How one metric of one pair of arms changed. */
export interface Change {
  readonly metric: MetricId;
  readonly unit: Unit;
  readonly better: Better;
  /** Medians over trials. */
  readonly before: number;
  readonly after: number;
  /** One number per completed trial. */
  readonly beforeValues: readonly number[];
  readonly afterValues: readonly number[];
  /** `ratio`: after / before. `difference`, in the metric's unit, where a value is 0 and there is no ratio. */
  readonly effect: 'ratio' | 'difference';
  readonly estimate: number;
  /** The 95 % interval; `null` where there are too few trials. */
  readonly low: number | null;
  readonly high: number | null;
  readonly finding: Finding;
  /** False where the samples do not carry the quantile: people are not shown such a number. */
  readonly carried: boolean;
}

/** Why two arms were not compared. */
export type RefusalCode =
  | 'different scenario'
  | 'invalid trials'
  | 'nothing completed'
  | 'too many trials'
  | 'only before'
  | 'only after';

/** One scenario on one transport, before and after. */
export type Pair = {
  readonly scenario: string;
  readonly transport: Transport;
  /** The same name twice, unless two servers are compared. */
  readonly servers: { readonly before: string; readonly after: string };
} & (
  | { readonly status: 'compared'; readonly notices: readonly string[]; readonly changes: readonly Change[] }
  | { readonly status: 'refused'; readonly code: RefusalCode; readonly reason: string }
);

/** One run against the first one. */
export interface RunComparison {
  readonly before: NamedRun;
  readonly after: NamedRun;
  /** What makes the numbers less comparable than they look. */
  readonly warnings: readonly string[];
  readonly pairs: readonly Pair[];
}

/** What a comparison came to, for whoever called it. */
export type ComparisonOutcome = 'compared' | 'incompatible' | 'invalid';

/**
 * `incompatible` where the scenario of a pair is not the same, or nothing was compared; `invalid` where
 * invalid trials kept a pair out; `compared` otherwise.
 */
export function outcomeOf(comparisons: readonly RunComparison[]): ComparisonOutcome {
  const refused = (pairs: readonly Pair[], code: RefusalCode) =>
    pairs.some((pair) => pair.status === 'refused' && pair.code === code);
  const of = ({ pairs }: RunComparison): ComparisonOutcome => {
    if (refused(pairs, 'different scenario')) return 'incompatible';
    if (refused(pairs, 'invalid trials')) return 'invalid';
    return pairs.some(({ status }) => status === 'compared') ? 'compared' : 'incompatible';
  };
  const outcomes = comparisons.map(of);
  return (
    outcomes.find((outcome) => outcome === 'incompatible') ??
    outcomes.find((o) => o !== 'compared') ??
    'compared'
  );
}

import type { Transport } from '../../servers/contract.ts';
import { DEFAULT_METRICS } from '../gate/gate.ts';
import { DEFAULT_BLOCKS, levelOf, looksOf } from '../gate/looks.ts';
import { defaultMargin } from '../gate/margins.ts';
import { smallestMargin, spreadOf, trialsNeeded } from '../gate/power.ts';
import { METRICS, type MetricId } from '../metrics.ts';
import type { Results, Trial } from '../results/schema.ts';
import { isCarried } from '../summary.ts';

/**
 * What a machine allows a check to see: the same server is measured as baseline and as candidate, so that
 * all that differs within a block is noise.
 */

/** What one metric of one arm scatters by, and what follows from it. */
export interface Calibrated {
  readonly scenario: string;
  readonly transport: Transport;
  readonly metric: MetricId;
  /** ln(candidate / baseline) of every block. */
  readonly differences: readonly number[];
  /** Their standard deviation. */
  readonly spread: number;
  /** The smallest margin that 20 trials hold with an unchanged metric passing in nine of ten checks: 1.0 for 100 % more, or less. */
  readonly smallestMargin: number;
  readonly defaultMargin: number;
  /** Blocks that the default margin takes; `null` for more than a thousand. */
  readonly blocksNeeded: number | null;
  /** The default margin, or one as wide as this machine needs, rounded up to whole per cents. */
  readonly proposed: number;
}

/**
 * Calibrates every default gate that there are numbers for.
 *
 * @param sides the names of the two servers that are one.
 */
export function calibrate({ trials }: Results, [left, right]: readonly [string, string]): Calibrated[] {
  const arms = new Map<string, Trial>();
  for (const trial of trials) arms.set(`${trial.transport} ${trial.scenario.name}`, trial);
  return [...arms.values()].flatMap(({ scenario: { name }, transport }) => {
    const of = (side: string) =>
      trials.filter(
        (trial) => trial.server === side && trial.transport === transport && trial.scenario.name === name,
      );
    return DEFAULT_METRICS.flatMap((metric) => {
      const differences = of(left).flatMap((trial) =>
        differenceOf(
          metric,
          trial,
          of(right).find(({ block }) => block === trial.block),
        ),
      );
      return differences.length < 2 ? [] : [calibrated(name, transport, metric, differences)];
    });
  });
}

function differenceOf(metric: MetricId, left: Trial, right: Trial | undefined): number[] {
  const [a, b] = [left, right].map((trial) => numberOf(metric, trial));
  if (a == null || b == null || a <= 0 || b <= 0) return [];
  return [Math.log(b / a)];
}

/** The number of a trial that is to be believed and whose samples carry it. */
function numberOf(metric: MetricId, trial: Trial | undefined): number | null {
  if (trial?.outcome.status !== 'completed' || trial.outcome.validity === 'invalid') return null;
  const { measurements } = trial.outcome;
  return isCarried(metric, measurements) ? METRICS[metric].of(measurements) : null;
}

/** Of a check as it is when nobody says otherwise: 20 blocks, three looks. */
const LEVEL = levelOf(looksOf(DEFAULT_BLOCKS));

function calibrated(
  scenario: string,
  transport: Transport,
  metric: MetricId,
  differences: readonly number[],
): Calibrated {
  const planning = { spread: spreadOf(differences), level: LEVEL };
  // As docs/gate.md has it: of a share δ the margin is ln(1 + δ) of more, and -ln(1 - δ) of less.
  const sign = METRICS[metric].better === 'higher' ? -1 : 1;
  const smallest = sign * Math.expm1(sign * smallestMargin(DEFAULT_BLOCKS, planning));
  const margin = defaultMargin(metric);
  return {
    ...{ scenario, transport, metric, differences },
    spread: planning.spread,
    smallestMargin: smallest,
    defaultMargin: margin,
    blocksNeeded: trialsNeeded(sign * Math.log1p(sign * margin), planning),
    proposed: Math.max(margin, Math.ceil(smallest * 100 - 1e-9) / 100),
  };
}

/** The proposal as `check` takes it, such as `sse latency.p99 <= +25%`. */
export function gateText({ transport, metric, proposed }: Calibrated): string {
  const more = METRICS[metric].better === 'higher';
  const percent = Number((proposed * 100).toFixed(2));
  return `${transport} ${metric} ${more ? '>= -' : '<= +'}${percent}%`;
}

import { TRANSPORTS, type Transport } from '../../servers/contract.ts';
import { formatCount, formatList } from '../format.ts';
import { resolutionOf } from '../headline.ts';
import { METRIC_IDS, type MetricId } from '../metrics.ts';
import { MOST_VALUES, ratioBetween, shiftBetween } from '../statistics-two-samples.ts';
import { type Arm, type Row, shown, standingOf, summarise } from '../summary.ts';
import { askedDifferences, askedHash } from './asked.ts';
import type { Change, Finding, NamedRun, Pair, RefusalCode, RunComparison } from './comparison.ts';
import { surroundingsChanged } from './surroundings.ts';

/** Compares every run with the first one. */
export function compareRuns(baseline: NamedRun, others: readonly NamedRun[]): readonly RunComparison[] {
  return others.map((after) => compareTwo(baseline, after));
}

function compareTwo(before: NamedRun, after: NamedRun): RunComparison {
  const [left, right] = [armsOf(before), armsOf(after)];
  const matches = serverMatcher(left, right);
  const pairs = left.map((arm) =>
    pairOf(
      arm,
      right.find((other) => isPair(arm, other, matches)),
    ),
  );
  const surplus = right.filter((arm) => !left.some((other) => isPair(other, arm, matches)));
  const added = surplus.map((arm) => refusal(arm, arm, 'only after', `only ${after.name} has it`));
  return { before, after, warnings: warningsOf(before, after), pairs: sorted([...pairs, ...added]) };

  function pairOf(arm: Arm, other: Arm | undefined): Pair {
    return other === undefined
      ? refusal(arm, arm, 'only before', `only ${before.name} has it`)
      : compareArms(arm, other);
  }
}

function armsOf({ results }: NamedRun): Arm[] {
  return summarise(results).flatMap(({ arms }) => arms);
}

type Matches = (before: string, after: string) => boolean;

/** Servers are matched by name; where each run has just one, those two are compared whatever they are called. */
function serverMatcher(left: readonly Arm[], right: readonly Arm[]): Matches {
  const one = (arms: readonly Arm[]) => new Set(arms.map(({ server }) => server)).size === 1;
  return one(left) && one(right) ? () => true : (before, after) => before === after;
}

function isPair(left: Arm, right: Arm, matches: Matches): boolean {
  return (
    left.scenario.name === right.scenario.name &&
    left.transport === right.transport &&
    matches(left.server, right.server)
  );
}

/** By scenario as they were asked for, and transports in their usual order. */
function sorted(pairs: readonly Pair[]): Pair[] {
  const scenarios = [...new Set(pairs.map(({ scenario }) => scenario))];
  const place = ({ scenario, transport }: Pair) =>
    scenarios.indexOf(scenario) * TRANSPORTS.length + TRANSPORTS.indexOf(transport);
  return [...pairs].sort((left, right) => place(left) - place(right));
}

function warningsOf(before: NamedRun, after: NamedRun): string[] {
  const changed = surroundingsChanged(before.results, after.results);
  const { trials } = before.results;
  const same = trials.length > 0 && JSON.stringify(trials) === JSON.stringify(after.results.trials);
  const searched = [before, after].filter(({ results }) => (results.capacities ?? []).length > 0);
  const searchers = formatList([...new Set(searched.map(({ name }) => name))]);
  return [
    ...(changed.length === 0
      ? []
      : [`The surroundings changed, and times, CPU and memory with them: ${changed.join('; ')}`]),
    ...(same ? [`${before.name} and ${after.name} hold the same trials`] : []),
    ...(searched.length === 0
      ? []
      : [`Searches for a capacity are not compared, and there are some in ${searchers}`]),
  ];
}

function refusal(before: Arm, after: Arm, code: RefusalCode, reason: string): Pair {
  return { ...namesOf(before, after), status: 'refused', code, reason };
}

function namesOf(
  before: Arm,
  after: Arm,
): Omit<Extract<Pair, { status: 'refused' }>, 'status' | 'code' | 'reason'> {
  const { scenario, transport } = before;
  return { scenario: scenario.name, transport, servers: { before: before.server, after: after.server } };
}

function compareArms(before: Arm, after: Arm): Pair {
  const differences = differentlyAsked(before, after);
  if (differences !== null) return refusal(before, after, 'different scenario', differences);
  for (const [side, arm] of [
    ['before', before],
    ['after', after],
  ] as const) {
    const { trials, completed } = arm;
    const invalid = completed.filter(({ validity }) => validity === 'invalid');
    const codes = new Set(
      invalid.flatMap(({ warnings }) =>
        warnings.filter(({ level }) => level === 'invalid').map(({ code }) => code),
      ),
    );
    if (invalid.length > 0) {
      const share = `${invalid.length} of ${formatCount(trials.length, 'trial')}`;
      return refusal(
        before,
        after,
        'invalid trials',
        `${share} ${side} ${invalid.length === 1 ? 'is' : 'are'} invalid (${formatList([...codes])})`,
      );
    }
    if (completed.length === 0)
      return refusal(before, after, 'nothing completed', `no trial ${side} was completed`);
    if (completed.length > MOST_VALUES)
      return refusal(
        before,
        after,
        'too many trials',
        `more than ${formatCount(MOST_VALUES, 'trial')} ${side}`,
      );
  }
  const changes = METRIC_IDS.flatMap((metric) => changeOf(metric, before, after));
  return { ...namesOf(before, after), status: 'compared', notices: noticesOf(before, after), changes };
}

/** In what two arms, or the trials of one, were asked for something else; `null` where they were not. */
function differentlyAsked(before: Arm, after: Arm): string | null {
  const { transport }: { transport: Transport } = before;
  const [first] = before.trials;
  const wanted = askedHash(before.scenario, transport);
  const other = [...before.trials, ...after.trials].find(
    ({ scenario }) => askedHash(scenario, transport) !== wanted,
  );
  if (first === undefined || other === undefined) return null;
  return `the scenario is not the same: ${shortList(askedDifferences(first.scenario, other.scenario, transport))}`;
}

/** More differences than this are counted. */
const MOST_NAMED = 4;

function shortList(differences: readonly string[]): string {
  const rest = differences.length - MOST_NAMED;
  return [...differences.slice(0, MOST_NAMED), ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

function noticesOf(before: Arm, after: Arm): string[] {
  return [['before', before] as const, ['after', after] as const].flatMap(([side, arm]) => {
    const standing = standingOf(arm);
    const doubts = new Set(arm.completed.flatMap(({ warnings }) => warnings.map(({ code }) => code)));
    const failed = arm.trials.filter(({ outcome }) => outcome.status === 'failed').length;
    return [
      ...(standing === 'doubtful' || doubts.size > 0
        ? [`doubtful ${side} (${formatList([...doubts])})`]
        : []),
      ...(failed > 0 ? [`${failed} of ${formatCount(arm.trials.length, 'trial')} ${side} failed`] : []),
    ];
  });
}

function changeOf(metric: MetricId, before: Arm, after: Arm): Change[] {
  const [left, right] = [before.rows.get(metric), after.rows.get(metric)];
  if (left === undefined || right === undefined) return [];
  const ratio = ratioBetween(left.values, right.values);
  const shift = ratio ?? shiftBetween(left.values, right.values);
  if (shift === null) return [];
  const { estimate, interval } = shift;
  const finding = findingOf(
    left,
    right,
    interval,
    ratio === null ? 0 : 1,
    resolutionOf([before, after], metric),
  );
  return [
    {
      metric,
      unit: left.unit,
      better: left.better,
      before: left.median,
      after: right.median,
      beforeValues: left.values,
      afterValues: right.values,
      effect: ratio === null ? 'difference' : 'ratio',
      estimate,
      low: interval?.low ?? null,
      high: interval?.high ?? null,
      finding,
      carried: shown(before, metric) !== null && shown(after, metric) !== null,
    },
  ];
}

/**
 * @param unchanged the estimate of no change: a ratio of 1, a difference of 0.
 * @param resolution differences of medians up to this are the harness's own.
 */
function findingOf(
  left: Row,
  right: Row,
  interval: { readonly low: number; readonly high: number } | null,
  unchanged: number,
  resolution: number,
): Finding {
  if (interval === null) return 'too few';
  const { low, high } = interval;
  if (low === unchanged && high === unchanged) return 'equal';
  const within = Math.abs(right.median - left.median) <= resolution;
  if (within || (low <= unchanged && high >= unchanged)) return 'cannot tell';
  const direction = high < unchanged ? 'lower' : 'higher';
  if (left.better === 'none') return direction;
  return direction === left.better ? 'better' : 'worse';
}

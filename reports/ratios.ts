import { formatList, formatNumber, sentence } from './format.ts';
import { type Distance, distanceOf } from './headline.ts';
import { METRICS, type MetricId } from './metrics.ts';
import { median, medianInterval } from './statistics.ts';
import { type Arm, shown, standingOf } from './summary.ts';
import { armNames } from './transports.ts';

/** How many times a metric of one arm is that of another. */
export interface Ratio {
  readonly arm: Arm;
  readonly metric: MetricId;
  /** The median of the ratios of the blocks: the two trials of a block ran close together. */
  readonly ratio: number;
  /** The 95 % interval of that median; `null` below 6 blocks. */
  readonly low: number | null;
  readonly high: number | null;
  /** `apart` where the interval leaves 1 out and the arms are told apart by their trials too. */
  readonly distance: Distance;
}

/** Whom the others are compared to: the first of these that can be believed. */
const REFERENCES = ['websocket', 'sse', 'long-polling', 'polling'] as const;

/** The arm that the others are compared to; `null` where there is no other to compare. */
export function referenceOf(arms: readonly Arm[]): Arm | null {
  const fit = fitArms(arms);
  if (fit.length < 2) return null;
  const [reference] = REFERENCES.flatMap((transport) => fit.filter((arm) => arm.transport === transport));
  return reference ?? null;
}

/** The arms that take part in comparisons. */
export function fitArms(arms: readonly Arm[]): readonly Arm[] {
  return arms.filter((arm) => arm.completed.length > 0 && standingOf(arm) !== 'invalid');
}

/** The ratio of an arm to a reference by a metric; `null` where either has no number that may be shown, or 0. */
export function ratioTo(reference: Arm, arm: Arm, metric: MetricId): Ratio | null {
  if (shown(reference, metric) === null || shown(arm, metric) === null) return null;
  const [base, values] = [valuesByBlock(reference, metric), valuesByBlock(arm, metric)];
  const ratios = [...values].flatMap(([block, value]) => {
    const divisor = base.get(block);
    return divisor === undefined || divisor <= 0 || value <= 0 ? [] : [value / divisor];
  });
  const ratio = median(ratios);
  if (ratio === null) return null;
  const interval = medianInterval(ratios);
  const includesOne = interval !== null && interval.low <= 1 && interval.high >= 1;
  const distance = includesOne ? 'tied' : distanceOf(reference, arm, metric);
  return { arm, metric, ratio, low: interval?.low ?? null, high: interval?.high ?? null, distance };
}

function valuesByBlock({ trials }: Arm, metric: MetricId): ReadonlyMap<number, number> {
  return new Map(
    trials.flatMap(({ block, outcome }) => {
      const value = outcome.status === 'completed' ? METRICS[metric].of(outcome.measurements) : null;
      return value === null ? [] : [[block, value] as const];
    }),
  );
}

/** What an arm's ratios say: `SSE takes 1.08 times the bytes per message; it cannot be told apart by p99 latency.` */
export function ratioSentence(ratios: readonly Ratio[], reference: Arm, arms: readonly Arm[]): string | null {
  const [first] = ratios;
  if (first === undefined) return null;
  const nameOf = armNames(arms, 'inSentence');
  const name = nameOf(first.arm);
  const [apart, together] = [
    ratios.filter(({ distance }) => distance === 'apart'),
    ratios.filter(({ distance }) => distance !== 'apart'),
  ];
  const differing = apart.map(({ ratio, metric }) => `${timesText(ratio)} the ${nounOf(metric)}`);
  const same = `cannot be told from ${nameOf(reference)} by ${formatList(together.map(({ metric }) => nounOf(metric)))}`;
  const text =
    differing.length === 0
      ? `${name} ${same}`
      : `${name} has ${formatList(differing)}${together.length === 0 ? '' : `; it ${same}`}`;
  return sentence(text);
}

/** A ratio with as many digits as one can use: `1.08 times`, `220 times`, `half` is 0.5 times. */
export function timesText(ratio: number): string {
  const digits = ratio < 0.1 || ratio >= 10 ? 2 : 3;
  return `${formatNumber(Number(ratio.toPrecision(digits)))} times`;
}

/** A metric in the middle of a sentence: `Latency, p99` is the `p99 latency`. */
export function nounOf(metric: MetricId): string {
  const [what = '', which] = METRICS[metric].title.split(', ');
  const noun = `${what.charAt(0).toLowerCase()}${what.slice(1)}`;
  return which === undefined ? noun : `${which} ${noun}`;
}

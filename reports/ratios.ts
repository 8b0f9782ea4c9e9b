import { formatList, formatNumber, sentence } from './format.ts';
import { type Distance, distanceOf } from './headline.ts';
import { METRICS, type MetricId } from './metrics.ts';
import { type PairedRatio, pairedRatio } from './paired.ts';
import { type Arm, shown, standingOf } from './summary.ts';
import { armNames } from './transports.ts';

/** How many times a metric of one arm is that of another. */
export interface Ratio extends PairedRatio {
  readonly arm: Arm;
  readonly metric: MetricId;
  /** As everywhere in a report: the headline and the scoreboard say the same of the two. */
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
  const paired = pairedRatio(reference, arm, metric);
  return paired && { ...paired, arm, metric, distance: distanceOf(reference, arm, metric) };
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

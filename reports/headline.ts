import type { Scenario, Workload } from '../scenarios/schema.ts';
import { capitalised, formatCount, formatList, formatNumber, formatQuantity } from './format.ts';
import { METRICS, type MetricId } from './metrics.ts';
import { includesOne, pairedRatio } from './paired.ts';
import { slowSentences } from './slow-readers.ts';
import { compareTrials } from './statistics.ts';
import { type Arm, type Row, type ScenarioSummary, shown, standingOf } from './summary.ts';
import { armNames, listArms } from './transports.ts';

/**
 * What a scenario found, in words. A tie is called a tie, and what too few trials cannot tell is
 * said to be untold. Arms with an invalid trial take no part.
 */
export function headlineOf({ scenario, arms }: ScenarioSummary): string[] {
  const nameOf = armNames(arms, 'inSentence');
  const fit = arms.filter((arm) => arm.completed.length > 0 && standingOf(arm) !== 'invalid');
  if (fit.length === 0) return ['No arm has a trial that can be believed, so nothing is compared.'];
  const metrics = questionsOf(scenario).flatMap(
    (candidates) => candidates.find((candidate) => fit.every((arm) => shown(arm, candidate) !== null)) ?? [],
  );
  const [first, ...others] = fit;
  const sentences =
    first !== undefined && others.length === 0
      ? alone(metrics, first, nameOf)
      : metrics.map((metric) => rank(metric, fit, nameOf));
  sentences.push(...slowSentences(fit, nameOf));
  const invalid = arms.filter((arm) => standingOf(arm) === 'invalid');
  if (invalid.length > 0) sentences.push(`${listArms(invalid, arms)} had invalid trials and took no part.`);
  if (sentences.length === 0) return ['The completed trials have no number in common to compare.'];
  if (fit.length > 1) sentences.push(...caution(fit));
  return sentences.map(capitalised);
}

/** Compared where clients came back from interruptions. */
const RECOVERY: readonly MetricId[] = ['recovery.p99', 'recovery.p50'];

/** What is compared: of each list the first metric that every arm has. */
function questionsOf({ workload, connecting, slow }: Scenario): readonly Candidates[] {
  return [
    ...(connecting === 'at-once' ? [['connect.p99', 'connect.p50'] as const] : []),
    RECOVERY,
    ...QUESTIONS[workload.kind],
    ...(slow === null ? [] : [['server.rssBytes'] as const]),
  ];
}

type Candidates = readonly MetricId[];

const QUESTIONS: Readonly<Record<Workload['kind'], readonly Candidates[]>> = {
  push: [['latency.p99', 'latency.p50', 'latency.mean'], ['bytes.perMessage'], ['server.cpuUsPerMessage']],
  request: [['latency.p99', 'latency.p50', 'latency.mean'], ['bytes.perMessage'], ['server.cpuUsPerMessage']],
  idle: [['bytes.perConnectionSecond'], ['server.rssBytesPerConnection']],
};

/** The best of a metric, in the middle of a sentence. */
const NOUNS: Partial<Readonly<Record<MetricId, string>>> = {
  'latency.p99': 'the lowest p99 latency',
  'latency.p50': 'the lowest median latency',
  'latency.mean': 'the lowest mean latency',
  'recovery.p99': 'the shortest p99 time to be back',
  'recovery.p50': 'the shortest median time to be back',
  'bytes.perMessage': 'the fewest bytes per message',
  'server.cpuUsPerMessage': 'the least server CPU per message',
  'bytes.perConnectionSecond': 'the fewest bytes per connection and second',
  'server.rssBytesPerConnection': 'the least server memory per connection',
  'server.rssBytes': 'the least server memory',
  'server.cpuPercent': 'the least server CPU',
  'bytes.overheadPerMessage': 'the fewest bytes beyond the payload',
  'connect.p99': 'the shortest p99 time to connect',
  'connect.p50': 'the shortest median time to connect',
};

/** How far an arm is from the best one of a metric. */
export type Distance = 'apart' | 'tied' | 'untold';

/** With fewer trials than this a side, even trials that do not overlap are a coin toss or two. */
const TRIALS_TO_SEE = 3;

/**
 * What a difference must be when there are fewer, by what the metric rests on. Bytes and counts
 * are exact for the same traffic; CPU and memory of an unchanged server have been seen to differ
 * by tens of percent from one trial to the next, and a p99 by a factor of five.
 */
const PLAIN_FACTORS = { counted: 1.01, used: 2, timed: 10 } as const;

function plainFactor(metric: MetricId): number {
  const [family] = metric.split('.');
  if (family === 'server' || family === 'generator') return PLAIN_FACTORS.used;
  const counted = ['bytes', 'messages', 'requests', 'connections'].includes(family ?? '');
  return counted ? PLAIN_FACTORS.counted : PLAIN_FACTORS.timed;
}

/**
 * Whether two arms differ by a metric, the one verdict of headline, scoreboard and ratios: `apart` when
 * the rank test says so and the interval of their ratios, block by block, leaves 1 out. With too few trials for
 * any test, `apart` needs trials that do not overlap, and with one or two of them also one of
 * {@link PLAIN_FACTORS}. A latency difference up to the harness's own median lateness is always
 * `tied`: the ruler is no finer than that; so are equal medians.
 */
export function distanceOf(best: Arm, other: Arm, metric: MetricId): Distance {
  const [left, right] = [best.rows.get(metric), other.rows.get(metric)];
  if (best === other || left === undefined || right === undefined) return 'tied';
  if (Math.abs(right.median - left.median) <= resolutionOf([best, other], metric)) return 'tied';
  switch (compareTrials(left.values, right.values)) {
    case 'separate': {
      const paired = pairedRatio(best, other, metric);
      return paired !== null && includesOne(paired) ? 'tied' : 'apart';
    }
    case 'tie':
      return 'tied';
    case 'too few':
      return areSeenApart(left, right, plainFactor(metric)) ? 'apart' : 'untold';
  }
}

function areSeenApart(left: Row, right: Row, factor: number): boolean {
  const overlap =
    Math.max(...left.values) >= Math.min(...right.values) &&
    Math.max(...right.values) >= Math.min(...left.values);
  if (overlap) return false;
  const [smaller, larger] = left.median < right.median ? [left, right] : [right, left];
  const fewest = Math.min(left.values.length, right.values.length);
  return fewest >= TRIALS_TO_SEE || larger.median >= smaller.median * factor;
}

/** The smallest difference of a metric that is not the harness's own lateness. */
export function resolutionOf(arms: readonly Arm[], metric: MetricId): number {
  if (METRICS[metric].quantile?.of !== 'latency' && metric !== 'latency.mean') return 0;
  return Math.max(...arms.map((arm) => arm.rows.get('lateness.p50')?.median ?? 0));
}

/** The arm with the best median of a metric, and those not told from it. */
export function leadersOf(arms: readonly Arm[], metric: MetricId): readonly Arm[] {
  const having = arms.filter((arm) => shown(arm, metric) !== null);
  const best = having.reduce<Arm | undefined>(
    (ahead, arm) => (ahead === undefined || isBetter(arm, ahead, metric) ? arm : ahead),
    undefined,
  );
  return best === undefined ? [] : having.filter((arm) => distanceOf(best, arm, metric) !== 'apart');
}

function isBetter(arm: Arm, than: Arm, metric: MetricId): boolean {
  const difference = medianOf(arm, metric) - medianOf(than, metric);
  return METRICS[metric].better === 'higher' ? difference > 0 : difference < 0;
}

function medianOf(arm: Arm, metric: MetricId): number {
  return arm.rows.get(metric)?.median ?? Number.NaN;
}

/** One arm has nothing to be compared with; its numbers can still be said. */
function alone(metrics: readonly MetricId[], arm: Arm, nameOf: (arm: Arm) => string): string[] {
  if (metrics.length === 0) return [];
  const values = metrics.map(
    (metric) => `${lowerFirst(METRICS[metric].title)} ${quantity(arm.rows.get(metric))}`,
  );
  return [`${nameOf(arm)} has nothing to be compared with: ${formatList(values)}.`];
}

/** `Server CPU` as it stands in a sentence, with its capitals. */
function lowerFirst(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1);
}

/**
 * How the arms that can be believed stand by a metric, as a sentence; `null` where fewer than two have
 * a number that may be shown.
 */
export function rankingOf(metric: MetricId, arms: readonly Arm[]): string | null {
  const fit = arms.filter((arm) => standingOf(arm) !== 'invalid' && shown(arm, metric) !== null);
  if (fit.length < 2) return null;
  const text = rank(metric, fit, armNames(arms, 'inSentence'));
  return capitalised(text);
}

function rank(metric: MetricId, arms: readonly Arm[], nameOf: (arm: Arm) => string): string {
  const noun = NOUNS[metric] ?? `the best ${METRICS[metric].title.toLowerCase()}`;
  const leaders = [...leadersOf(arms, metric)].sort((a, b) => medianOf(a, metric) - medianOf(b, metric));
  const [best] = leaders;
  if (best === undefined) return '';
  const value = (arm: Arm) => quantity(arm.rows.get(metric));
  const names = listArms(leaders, arms);
  const untold = leaders.some((arm) => distanceOf(best, arm, metric) === 'untold');
  const values = range([...new Set(leaders.map(value))], leaders.length);
  const lead =
    leaders.length === 1
      ? `${names} has ${noun} (${value(best)})`
      : untold
        ? `${names} cannot be told apart for ${noun} (${values})`
        : `${names} tie for ${noun} (${values})`;
  const behind = arms
    .filter((arm) => !leaders.includes(arm))
    .sort((left, right) => medianOf(left, metric) - medianOf(right, metric));
  const distance = (arm: Arm) => times(medianOf(arm, metric) / medianOf(best, metric), value(arm));
  const [nearest, farthest] = [behind[0], behind.at(-1)];
  if (nearest === undefined || farthest === undefined) return `${lead}.`;
  return behind.length > NAMED
    ? `${lead}; the others ${rangeText(distance(nearest), distance(farthest))}.`
    : `${lead}; ${formatList(behind.map((arm) => `${nameOf(arm)} ${distance(arm)}`))}.`;
}

/** The values of the best arms, the lowest first: each, or the first and the last where they are many. */
function range(values: readonly string[], arms: number): string {
  if (values.length <= NUMBERED) return formatList(values);
  return `${arms} arms, ${rangeText(values[0] ?? '', values.at(-1) ?? '')}`;
}

/** More values than this in brackets are a range; the table has them all. */
const NUMBERED = 4;

function rangeText(from: string, to: string): string {
  return from === to ? from : `from ${from} to ${to}`;
}

/** More arms than this behind the best are a range instead of names; the table has them all. */
const NAMED = 3;

function quantity(row: Row | undefined): string {
  return row === undefined ? '' : formatQuantity(row.median, row.unit);
}

/** A ratio in words: `23 % more (1.2 ms)`, `810 times that (1 s)`. Two digits, since the values stand beside it. */
function times(ratio: number, value: string): string {
  if (!Number.isFinite(ratio) || ratio < 1) return value;
  const share = ratio < 2 ? `${twoDigits((ratio - 1) * 100)} % more` : `${twoDigits(ratio)} times that`;
  return `${share} (${value})`;
}

function twoDigits(value: number): string {
  return formatNumber(Number(value.toPrecision(2)));
}

/** What the number of trials keeps from being said. */
function caution(arms: readonly Arm[]): string[] {
  const fewest = Math.min(...arms.map(({ completed }) => completed.length));
  if (fewest >= 6) return [];
  const trials = `With ${formatCount(fewest, 'trial')} an arm,`;
  if (fewest >= 4)
    return [`${trials} differences are tested, but a median has no 95 % interval: that takes 6.`];
  const seen =
    fewest >= TRIALS_TO_SEE
      ? 'a difference is one that every trial shows'
      : `arms are told apart only by ${Math.round((PLAIN_FACTORS.counted - 1) * 100)} % of bytes, a factor of ` +
        `${PLAIN_FACTORS.used} of CPU or memory, or a factor of ${PLAIN_FACTORS.timed} of latency`;
  return [`${trials} ${seen}; a test at 95 % takes 4 trials.`];
}

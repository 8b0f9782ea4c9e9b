import { formatList, formatMs, formatNumber, formatQuantity } from '../format.ts';
import type { MetricId } from '../metrics.ts';
import { slicesOf } from '../over-time.ts';
import { quantileUs } from '../results/histogram.ts';
import { BARS, barOn, barScale } from '../sparkline.ts';
import { type Arm, carries, shown } from '../summary.ts';
import { armNames } from '../transports.ts';
import { clip, padEnd, widthOf } from '../width.ts';
import { printable, wrap } from '../wrap.ts';

/** Into how many parts the measuring phase is divided: the first that fits and leaves every part samples for a median. */
const PARTS = [20, 10, 5] as const;

/** The next height stands for a third more at least: what differs less looks alike. */
const LEAST_STEP = 4 / 3;

/** The percentiles that have bars. */
const PERCENTILES: readonly (readonly [MetricId, string])[] = [
  ['latency.p50', 'p50'],
  ['latency.p90', 'p90'],
  ['latency.p95', 'p95'],
  ['latency.p99', 'p99'],
  ['latency.p999', 'p99.9'],
];

/** What stands for a part of time whose samples carry no median. */
const NO_MEDIAN = '·';

const OVER_TIME = 'over time';

/** That of the longest name of a transport. */
const LEAST_LABEL = 13;
const VALUE_WIDTH = 10;

/** What the percentiles take, with the gap before them. */
const LEAST_TAIL = 14;

/** What an arm's line is drawn from, in microseconds. */
interface Line {
  readonly arm: Arm;
  /** Medians of the parts of the measuring phase, by where they start; `null` where samples do not carry one. */
  readonly course: ReadonlyMap<number, number | null>;
  /** {@link PERCENTILES}, as far as the samples of every trial carry them. */
  readonly tail: readonly number[];
}

/**
 * Latency as bars, a line for each arm: along the measuring phase, with the lowest and the highest median in it,
 * and by percentile. All bars have one scale, which the last line says.
 *
 * @returns no lines where there is no latency to show.
 */
export function latencyBars(arms: readonly Arm[], width: number): string[] {
  const lines = linesOf(arms, width - LEAST_LABEL - LEAST_TAIL);
  const scale = barScale(
    lines.flatMap(({ course, tail }) => [...course.values(), ...tail]).filter((value) => value !== null),
    LEAST_STEP,
  );
  if (scale === null) return [];
  const starts = [...new Set(lines.flatMap(({ course }) => [...course.keys()]))].sort((a, b) => a - b);
  const tailTitle = `p50 to ${PERCENTILES[Math.max(...lines.map(({ tail }) => tail.length)) - 1]?.[1]}`;
  const nameOf = armNames(arms);

  const timeWidth = starts.length === 0 ? 0 : Math.max(starts.length, OVER_TIME.length) + 2;
  const names = Math.max(LEAST_LABEL, ...lines.map(({ arm }) => widthOf(nameOf(arm)) + 1));
  const room = width - timeWidth - tailTitle.length;
  const hasValues = starts.length > 0 && room >= 2 * VALUE_WIDTH + LEAST_LABEL;
  const label = Math.max(LEAST_LABEL, Math.min(names, hasValues ? room - 2 * VALUE_WIDTH : room));
  const line = (name: string, bars: string, low: string, high: string, tail: string) => {
    const values = hasValues ? `${low.padEnd(VALUE_WIDTH)}${high.padEnd(VALUE_WIDTH)}` : '';
    return `${padEnd(clip(printable(name), label - 1), label)}${padEnd(bars, timeWidth)}${values}${tail}`.trimEnd();
  };

  const rows = lines.map(({ arm, course, tail }) => {
    const known = [...course.values()].filter((value) => value !== null);
    const amount = (value: number) => (known.length === 0 ? '-' : formatQuantity(value, 'µs'));
    const bars = starts.map((start) => {
      const median = course.get(start);
      return median === undefined || median === null ? NO_MEDIAN : barOn(scale, median);
    });
    const [low, high] = [amount(Math.min(...known)), amount(Math.max(...known))];
    return line(nameOf(arm), bars.join(''), low, high, tail.map((value) => barOn(scale, value)).join(''));
  });
  const caption = `Bars: latency, ${starts.length === 0 ? '' : `${coursesWords(lines)}, then `}${tailWords(lines)}. The lowest (${BARS[0]}) is from ${formatQuantity(scale.low, 'µs')}, every step up a factor of ${formatNumber(Number(scale.step.toPrecision(2)))}.`;
  return [
    line('', starts.length === 0 ? '' : OVER_TIME, 'lowest', 'highest', tailTitle),
    ...rows,
    wrap(caption, '', '', width),
  ];
}

function linesOf(arms: readonly Arm[], mostParts: number): Line[] {
  const having = arms.filter((arm) => shown(arm, 'latency.p50') !== null);
  const fitting = PARTS.filter((parts, index) => parts <= mostParts || index === PARTS.length - 1);
  const courses = fitting.map((parts) => having.map((arm) => courseOf(arm, parts)));
  const whole = courses.find((ofArms) => ofArms.every((course) => ![...course.values()].includes(null)));
  const chosen = whole ?? courses.at(-1) ?? [];
  return having.map((arm, index) => {
    const tail = PERCENTILES.map(([metric]) => shown(arm, metric)?.median ?? null);
    const cut = tail.indexOf(null);
    return {
      arm,
      course: chosen[index] ?? new Map(),
      tail: tail.slice(0, cut < 0 ? undefined : cut).filter((value) => value !== null),
    };
  });
}

/** All trials of an arm together; a single part is no course. */
function courseOf(arm: Arm, parts: number): Map<number, number | null> {
  const slices = slicesOf(arm, parts);
  if (slices.length < 2) return new Map();
  return new Map(
    slices.map(({ fromMs, latency }) => [
      fromMs,
      carries(latency.totalCount, 0.5) ? quantileUs(latency, 0.5) : null,
    ]),
  );
}

/** How long a part is; the last one may be shorter. */
function coursesWords(lines: readonly Line[]): string {
  const lengths = lines.flatMap(({ course }) => {
    const [first, second] = [...course.keys()];
    return first === undefined || second === undefined ? [] : [second - first];
  });
  const gaps = lines.some(({ course }) => [...course.values()].includes(null));
  const gap = gaps ? ` (${NO_MEDIAN}: too few samples)` : '';
  return `the median of each ${formatMs(Math.min(...lengths))}${gap}`;
}

function tailWords(lines: readonly Line[]): string {
  const most = Math.max(...lines.map(({ tail }) => tail.length));
  return formatList(PERCENTILES.slice(0, most).map(([, name]) => name));
}

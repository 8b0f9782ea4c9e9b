import { type Random, randomFrom } from '../../scenarios/random.ts';

/**
 * Change points by E-divisive: Matteson and James, "A Nonparametric Approach for Multiple Change Point
 * Analysis of Multivariate Data", JASA 109 (2014), arXiv:1306.4933; used on performance results by
 * Daly et al., "The Use of Change Point Detection to Identify Software Performance Regressions in a
 * Continuous Integration System", ICPE 2020. With exponent 1 and one variable it asks whether values on
 * one side of a point are further from those on the other than from each other.
 *
 * The series is bisected again and again where the two sides differ most, as long as the difference is
 * larger than what the same values show in random order.
 */

/** Where a series changes. */
export interface ChangePoint {
  /** Of the first value after the change. */
  readonly index: number;
  /** Share of random orders that differ as much somewhere, the order found included. */
  readonly p: number;
}

/** How change points are searched. */
export interface ChangePointOptions {
  /** Fewest values between two change points. Below 2 the paper's estimate does not exist. */
  readonly minSize: number;
  /** Chance of one change point or more in a series that has none. */
  readonly level: number;
  /** Random orders that each test looks at. */
  readonly permutations: number;
  readonly seed: number;
}

/**
 * How they are searched when nobody says how. A report has some twenty series: at a level of 1 %, one
 * report in five without a change shows one; at 5 %, two in three.
 */
export const DEFAULT_OPTIONS: ChangePointOptions = { minSize: 3, level: 0.01, permutations: 999, seed: 1 };

/**
 * The change points of a series, in its order. Pure: the same series and options give the same.
 *
 * What it takes for granted is that values without a change could have come in any order. A slow drift
 * breaks that, and is answered with one or more change points along it: steps that approximate the slope.
 *
 * Time grows with the square of the number of values, times the permutations.
 */
export function changePoints(
  series: readonly number[],
  options: ChangePointOptions = DEFAULT_OPTIONS,
): ChangePoint[] {
  const { minSize, level, permutations, seed } = options;
  const random = randomFrom(seed, 'e-divisive');
  const found: ChangePoint[] = [];
  let segments: Segment[] = [segmentOf(series, 0, minSize)];
  for (;;) {
    const best = segments.reduce((left, right) => (right.split.q > left.split.q ? right : left));
    if (best.split.q <= 0) break;
    const p = chanceOf(best.split.q, segments, { minSize, level, permutations }, random);
    if (p === null) break;
    found.push({ index: best.start + best.split.at, p });
    segments = segments.flatMap((segment) => (segment === best ? bisected(segment, minSize) : [segment]));
  }
  return found.sort((left, right) => left.index - right.index);
}

/** A part of the series that has no change point yet. */
interface Segment {
  readonly values: readonly number[];
  /** Where it begins in the series. */
  readonly start: number;
  readonly split: Split;
}

/** Where a segment is split best, and how far its sides are apart; `q` is 0 where it cannot be split. */
interface Split {
  readonly at: number;
  readonly q: number;
}

function segmentOf(values: readonly number[], start: number, minSize: number): Segment {
  return { values, start, split: bestSplit(values, minSize) };
}

function bisected({ values, start, split: { at } }: Segment, minSize: number): Segment[] {
  return [segmentOf(values.slice(0, at), start, minSize), segmentOf(values.slice(at), start + at, minSize)];
}

/**
 * The split with the largest Q = mn/(m+n) · Ê, where Ê = 2·mean|xᵢ − yⱼ| − mean|xᵢ − xₖ| − mean|yⱼ − yₖ| over
 * pairs (the paper's equations 5 and 7, both sides reaching to the ends of the segment). The sums for one
 * split follow from those for the one before in n steps.
 */
export function bestSplit(values: readonly number[], minSize: number): Split {
  const n = values.length;
  // Of pairs on the left, on the right, and across; at first everything is on the right.
  let left = 0;
  let right = 0;
  let across = 0;
  for (const [index, value] of values.entries()) {
    for (let other = 0; other < index; other += 1) right += Math.abs(value - (values[other] ?? 0));
  }
  let best: Split = { at: 0, q: 0 };
  for (let at = 1; at <= n - minSize; at += 1) {
    const moved = values[at - 1] ?? 0;
    let toLeft = 0;
    for (let other = 0; other < at - 1; other += 1) toLeft += Math.abs(moved - (values[other] ?? 0));
    let toRight = 0;
    for (let other = at; other < n; other += 1) toRight += Math.abs(moved - (values[other] ?? 0));
    left += toLeft;
    right -= toRight;
    across += toRight - toLeft;
    if (at < minSize) continue;
    const m = at;
    const k = n - at;
    const distance = (2 * across) / (m * k) - left / pairs(m) - right / pairs(k);
    const q = (m * k * distance) / n;
    if (q > best.q) best = { at, q };
  }
  return best;
}

function pairs(count: number): number {
  return (count * (count - 1)) / 2;
}

/**
 * The p-value of the best split of all segments: each is shuffled within itself, and the best split is
 * looked for again (the paper's §2.4).
 *
 * @returns `null` as soon as it is certain to be above the level, which saves most of the orders where
 *   nothing changes.
 */
function chanceOf(
  q: number,
  segments: readonly Segment[],
  { minSize, level, permutations }: Omit<ChangePointOptions, 'seed'>,
  random: Random,
): number | null {
  const most = level * (permutations + 1);
  let asFar = 1;
  for (let order = 0; order < permutations; order += 1) {
    const largest = Math.max(...segments.map(({ values }) => bestSplit(permuted(values, random), minSize).q));
    // Equal values in another order must count as equal, whatever the arithmetic makes of them.
    if (largest >= q * (1 - 1e-12)) asFar += 1;
    if (asFar > most) return null;
  }
  return asFar / (permutations + 1);
}

/** In random order (Fisher and Yates, Durstenfeld's form): sorting by keys is of a higher order. */
function permuted(values: readonly number[], random: Random): number[] {
  const copy = [...values];
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const kept = copy[last] ?? 0;
    copy[last] = copy[other] ?? 0;
    copy[other] = kept;
  }
  return copy;
}

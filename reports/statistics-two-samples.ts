import { CONFIDENCE, type Interval, median } from './statistics.ts';

/** How far one set of trials lies from another, and how sure that is; see `statistics.ts` for one set. */
export interface Shift {
  readonly estimate: number;
  /** The 95 % interval; `null` where there are too few trials for one. */
  readonly interval: Interval | null;
}

/** More values a side than this are refused: all their pairs would have to be kept. */
export const MOST_VALUES = 1_000;

/**
 * The shift from `left` to `right`: the median of all differences right − left (Hodges and Lehmann
 * 1963), with the interval that the rank-sum test inverts to, [D(k), D(mn+1−k)] over the sorted
 * differences (Moses; Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, §4.3). It holds
 * for any distribution that only moves; equal values make it wider, never narrower.
 *
 * @returns `null` where a side has no values, or more than {@link MOST_VALUES}.
 */
export function shiftBetween(left: readonly number[], right: readonly number[]): Shift | null {
  if (left.length > MOST_VALUES || right.length > MOST_VALUES) return null;
  const differences = Float64Array.from(right.flatMap((to) => left.map((from) => to - from))).sort();
  const estimate = median([...differences]);
  if (estimate === null) return null;
  const k = criticalRank(left.length, right.length);
  const [low, high] = [differences[k - 1], differences[differences.length - k]];
  return { estimate, interval: low === undefined || high === undefined ? null : { low, high } };
}

/**
 * The same as a ratio right / left: the shift between logarithms.
 *
 * @returns `null` also where a value is not above 0, since such values have no ratio.
 */
export function ratioBetween(left: readonly number[], right: readonly number[]): Shift | null {
  if ([...left, ...right].some((value) => !(value > 0))) return null;
  const shift = shiftBetween(left.map(Math.log), right.map(Math.log));
  if (shift === null) return null;
  const { estimate, interval } = shift;
  return {
    estimate: Math.exp(estimate),
    interval: interval && { low: Math.exp(interval.low), high: Math.exp(interval.high) },
  };
}

/** Fewest trials a side, as many on both, of which there is an interval: 2 of the C(8, 4) = 70 splits are 2.9 %. */
export const TRIALS_FOR_INTERVAL = 4;

/** Up to this many values a side the rank distribution is counted out; beyond, the normal one is the same to 1 %. */
const MOST_COUNTED = 60;

/** The largest k with 2·P(U < k) ≤ 5 %; 0 where even P(U = 0) is more, or a side is empty. */
export function criticalRank(m: number, n: number): number {
  if (m === 0 || n === 0) return 0;
  if (Math.max(m, n) > MOST_COUNTED) {
    const normal = (m * n) / 2 - NORMAL_975 * Math.sqrt((m * n * (m + n + 1)) / 12);
    return Math.max(0, Math.floor(normal));
  }
  const key = m * (MOST_COUNTED + 1) + n;
  const known = ranks.get(key);
  if (known !== undefined) return known;
  const counts = splitsByU(m, n);
  const tail = (counts.reduce((sum, count) => sum + count, 0) * (1 - CONFIDENCE)) / 2;
  let k = 0;
  let below = counts[0] ?? 0;
  while (below <= tail) {
    k += 1;
    below += counts[k] ?? Number.POSITIVE_INFINITY;
  }
  ranks.set(key, k);
  return k;
}

/** The 97.5 % quantile of the normal distribution. */
const NORMAL_975 = 1.959964;

const ranks = new Map<number, number>();

/**
 * How many of the C(m+n, m) orders of m and n values have each U, the number of pairs in which the
 * left value is the larger: by the largest value, which beats all n if it is a left one (Mann and
 * Whitney 1947, equation 5).
 */
function splitsByU(m: number, n: number): Float64Array {
  const size = m * n + 1;
  // of[j]: i left values against j right ones, for the i of the loop.
  let of = Array.from({ length: n + 1 }, () => new Float64Array(size).fill(1, 0, 1));
  for (let i = 1; i <= m; i += 1) {
    const next = [new Float64Array(size).fill(1, 0, 1)];
    for (let j = 1; j <= n; j += 1) {
      const [beaten, others] = [of[j], next[j - 1]];
      const counts = new Float64Array(size);
      for (let u = 0; u < size; u += 1) counts[u] = (beaten?.[u - j] ?? 0) + (others?.[u] ?? 0);
      next.push(counts);
    }
    of = next;
  }
  return of[n] ?? new Float64Array(1);
}

/**
 * Statistics over trials: a trial gives one number, and these say what several of them carry.
 * Distribution-free throughout, since nothing is known about how trials scatter, and exact, since
 * there are few of them.
 */

/** The share of repetitions in which an interval must cover what it estimates, and 1 − the error level of a test. */
export const CONFIDENCE = 0.95;

/** The median: the middle value, or the mean of the two in the middle; `null` of nothing. */
export function median(values: readonly number[]): number | null {
  const sorted = ascending(values);
  const upper = sorted[sorted.length >> 1];
  const lower = sorted[(sorted.length - 1) >> 1];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

/** Two ends of an interval, both included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The 95 % interval of a median from order statistics: [x(k), x(n+1−k)] with the largest k whose
 * coverage 1 − 2·P(Bin(n, ½) < k) is at least 95 % (Conover, Practical Nonparametric Statistics,
 * §3.2). It holds for any distribution.
 *
 * @returns `null` below 6 values, where even the smallest and the largest cover too rarely.
 */
export function medianInterval(values: readonly number[]): Interval | null {
  const n = values.length;
  const sorted = ascending(values);
  let interval: Interval | null = null;
  // P(Bin(n, ½) = k − 1), then the sum of those up to it. Underflows to 0 above 1,000 trials, which widens nothing.
  let mass = 0.5 ** n;
  let below = mass;
  for (let k = 1; k <= n / 2 && 1 - 2 * below >= CONFIDENCE; k += 1) {
    const low = sorted[k - 1];
    const high = sorted[n - k];
    if (low !== undefined && high !== undefined) interval = { low, high };
    mass *= (n - k + 1) / k;
    below += mass;
  }
  return interval;
}

/**
 * The exact two-sided rank-sum test (Wilcoxon 1945; Mann and Whitney 1947): the share of all ways to
 * split the pooled values into groups of these sizes whose rank sum is at least as far from its
 * mean. Equal values share the mean of their ranks, and the count is over those ranks, so it stays
 * exact with ties. Time grows with the cube of the number of values; 200 take a second.
 *
 * @returns the p-value; 1 where a side has no values.
 */
export function rankSumP(left: readonly number[], right: readonly number[]): number {
  const ranks = doubledRanks([...left, ...right]);
  const observed = sum(ranks.slice(0, left.length));
  const total = sum(ranks);
  // ways[size][s]: subsets of that size whose doubled ranks add up to s.
  const ways = Array.from({ length: left.length + 1 }, () => new Float64Array(total + 1));
  ways[0]?.fill(1, 0, 1);
  for (const rank of ranks) {
    for (let size = left.length; size >= 1; size -= 1) {
      const from = ways[size - 1];
      const to = ways[size];
      if (from === undefined || to === undefined) continue;
      for (let s = total; s >= rank; s -= 1) to[s] = (to[s] ?? 0) + (from[s - rank] ?? 0);
    }
  }
  const mean = (total * left.length) / ranks.length;
  const distance = Math.abs(observed - mean);
  let extreme = 0;
  let all = 0;
  for (const [s, count] of (ways[left.length] ?? []).entries()) {
    all += count;
    if (Math.abs(s - mean) >= distance) extreme += count;
  }
  return ranks.length === 0 ? 1 : extreme / all;
}

/**
 * What two sets of trials say of each other: `separate` when the rank-sum test rejects at 5 %, `tie`
 * when it could have and does not, `too few` when no outcome of so few trials could.
 */
export type Comparison = 'separate' | 'tie' | 'too few';

/** Compares two arms by one metric, a value per trial. */
export function compareTrials(left: readonly number[], right: readonly number[]): Comparison {
  const level = 1 - CONFIDENCE;
  if (rankSumP(left, right) <= level) return 'separate';
  const smallest = rankSumP(
    left.map((_, index) => index),
    right.map((_, index) => left.length + index),
  );
  return smallest <= level ? 'tie' : 'too few';
}

/** Ranks from 1, twice, so that the mean rank of equal values is a whole number. */
function doubledRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const smaller = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 2 * smaller + equal + 1;
  });
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((left, right) => left - right);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

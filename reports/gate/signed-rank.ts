import { type Interval, median } from '../statistics.ts';

/**
 * The signed-rank procedures for paired trials (Wilcoxon 1945): test, estimate and interval, all of
 * them exact at any number of pairs, with ties and zeros. No normal approximation anywhere.
 *
 * They ask that the differences scatter alike on both sides of their middle. Two builds of one
 * code, measured in a shuffled order within each block, are exchangeable, so that every difference is
 * as likely as its negative whatever the distribution: that is what holds the false alarms down.
 */

/**
 * Differences closer than this are equal. They are logarithms minus a margin, and arithmetic must not
 * break a tie that the numbers have.
 */
export const GRAIN = 1e-12;

/**
 * The one-sided p-value of the hypothesis that the middle of the differences is 0 or on the other side
 * of it: the share of all ways to give the ranks their signs whose positive (or negative) rank sum is
 * at least as large as the one observed.
 *
 * Equal sizes share the mean of their ranks. Zeros are ranked with the others and then dropped (Pratt
 * 1959), rather than dropped first as Wilcoxon did: only so can p never fall when every difference
 * moves towards the hypothesis, and a gate whose answer depends on a margin needs exactly that.
 *
 * @param alternative which side of 0 the middle is claimed to be on.
 * @returns 1 where no difference is off zero: nothing speaks for the claim.
 */
export function signedRankP(differences: readonly number[], alternative: 'above' | 'below'): number {
  const signed = differences.map((difference) => Math.round(difference / GRAIN) * GRAIN);
  const ranks = doubledRanksOfSizes(signed);
  const towards = alternative === 'above' ? 1 : -1;
  let observed = 0;
  const free: number[] = [];
  for (const [index, difference] of signed.entries()) {
    const rank = ranks[index] ?? 0;
    if (difference !== 0) free.push(rank);
    if (difference * towards > 0) observed += rank;
  }
  if (free.length === 0) return 1;
  return Math.min(1, upperTail(rankSumChances(free), observed));
}

/**
 * The Hodges–Lehmann estimate of the middle of the differences: the median of their Walsh averages
 * (Hodges and Lehmann 1963). An outlier moves it little, and it is nearly as sharp as the mean where
 * there is none.
 *
 * @returns `null` of nothing.
 */
export function hodgesLehmann(differences: readonly number[]): number | null {
  return median(walshAverages(differences));
}

/**
 * The exact interval of the middle of the differences that belongs to the signed-rank test: [W(k),
 * W(M+1−k)] of the M ordered Walsh averages, with the largest k whose coverage is at least
 * `confidence` (Tukey 1949; Hollander, Wolfe and Chicken, Nonparametric Statistical Methods, §3.3). Both
 * ends belong to it, so that with ties it covers no less (Noether 1967).
 *
 * @returns `null` where so few pairs have no such interval: at 95 %, below 6.
 */
export function signedRankInterval(differences: readonly number[], confidence: number): Interval | null {
  const n = differences.length;
  const chances = rankSumChances(Array.from({ length: n }, (_, index) => index + 1));
  const outside = 1 - confidence;
  let k = 0;
  let below = 0;
  for (const chance of chances) {
    below += chance;
    // A share such as 2/64 is exact, and 1 − 0.95 is a hair above 0.05.
    if (2 * below > outside + Number.EPSILON) break;
    k += 1;
  }
  const averages = walshAverages(differences).sort((left, right) => left - right);
  const low = averages[k - 1];
  const high = averages[averages.length - k];
  return low === undefined || high === undefined ? null : { low, high };
}

/** The mean of every pair of differences, each with itself included: n(n + 1)/2 of them. */
function walshAverages(differences: readonly number[]): number[] {
  return differences.flatMap((left, index) => differences.slice(index).map((right) => (left + right) / 2));
}

/**
 * The distribution of the sum of the ranks that have a plus, when every sign is the toss of a coin: the
 * chance of each sum from 0 on. Halving is exact in floating point, so these are exact as long as
 * there are no more than 50 ranks, and to 1e-15 beyond.
 */
function rankSumChances(ranks: readonly number[]): Float64Array {
  const chances = new Float64Array(ranks.reduce((sum, rank) => sum + rank, 0) + 1);
  chances[0] = 1;
  for (const rank of ranks) {
    for (let sum = chances.length - 1; sum >= 0; sum -= 1) {
      const plus = sum >= rank ? (chances[sum - rank] ?? 0) : 0;
      chances[sum] = ((chances[sum] ?? 0) + plus) / 2;
    }
  }
  return chances;
}

function upperTail(chances: Float64Array, from: number): number {
  let tail = 0;
  // From the far end, where the terms are small.
  for (let sum = chances.length - 1; sum >= from; sum -= 1) tail += chances[sum] ?? 0;
  return tail;
}

/** Ranks of the sizes, from 1 and twice, so that the mean rank of equal ones is whole. */
function doubledRanksOfSizes(values: readonly number[]): number[] {
  const sizes = values.map(Math.abs);
  return sizes.map((size) => {
    const smaller = sizes.filter((other) => other < size).length;
    const equal = sizes.filter((other) => other === size).length;
    return 2 * smaller + equal + 1;
  });
}

import { CONFIDENCE } from './statistics.ts';

/**
 * Whether values rise or fall in the order in which they came: the exact two-sided test of Mann (1945) and
 * Kendall, by the number of pairs that are in order among all permutations. Of equal values neither is
 * first, which makes the test a little too careful.
 *
 * @returns the p-value; 1 for fewer than two values.
 */
export function trendP(values: readonly number[]): number {
  let score = 0;
  for (const [index, earlier] of values.entries()) {
    for (const later of values.slice(index + 1)) score += Math.sign(later - earlier);
  }
  // permutations[k]: the share of the orders of n values in which k pairs are out of order.
  let permutations = [1];
  for (let n = 2; n <= values.length; n += 1) {
    const next = Array.from({ length: permutations.length + n - 1 }, () => 0);
    for (const [k, share] of permutations.entries()) {
      for (let moved = 0; moved < n; moved += 1) next[k + moved] = (next[k + moved] ?? 0) + share / n;
    }
    permutations = next;
  }
  const pairs = permutations.length - 1;
  const extreme = permutations
    .filter((_, outOfOrder) => Math.abs(pairs - 2 * outOfOrder) >= Math.abs(score))
    .reduce((sum, share) => sum + share, 0);
  return Math.min(1, extreme);
}

/** What the order of trials shows: `too few` where no order of so many could have shown anything. */
export type Drift = 'rises' | 'falls' | 'none' | 'too few';

/** Looks for a drift in the values of trials, in the order in which they ran. */
export function driftOf(values: readonly number[]): Drift {
  const level = 1 - CONFIDENCE;
  if (trendP(values.map((_, index) => index)) > level) return 'too few';
  if (trendP(values) > level) return 'none';
  return (values.at(-1) ?? 0) >= (values[0] ?? 0) ? 'rises' : 'falls';
}

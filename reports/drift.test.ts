import { describe, expect, it } from 'vitest';
import { driftOf, trendP } from './drift.ts';

describe('trendP', () => {
  it.each([
    // Of n! orders one rises throughout and one falls throughout: p = 2/n!.
    [[1, 2, 3, 4, 5], 2 / 120],
    [[5, 4, 3, 2, 1], 2 / 120],
    // One pair out of order: 1 + 4 orders of 5 values on each side.
    [[1, 2, 3, 5, 4], 10 / 120],
    [[2, 1], 1],
    [[7], 1],
    [[], 1],
    [[3, 3, 3, 3, 3], 1],
  ])('of %j is %d', (values, p) => {
    expect(trendP(values)).toBeCloseTo(p, 12);
  });

  it('rejects 5 % of orders at most, among all orders of six values', () => {
    const orders = permutations([1, 2, 3, 4, 5, 6]);
    const rejected = orders.filter((order) => trendP(order) <= 0.05).length;
    expect(orders).toHaveLength(720);
    expect(rejected).toBeGreaterThan(0);
    expect(rejected / 720).toBeLessThanOrEqual(0.05);
  });
});

describe('driftOf', () => {
  it('tells rising from falling, from neither, and from too few to say', () => {
    expect(driftOf([1, 2, 3, 4, 5, 6])).toBe('rises');
    expect(driftOf([6, 5, 4, 3, 2, 1])).toBe('falls');
    expect(driftOf([3, 6, 1, 5, 2, 4])).toBe('none');
    expect(driftOf([1, 2, 3, 4])).toBe('too few');
  });
});

function permutations(values: readonly number[]): number[][] {
  if (values.length < 2) return [[...values]];
  return values.flatMap((value, index) =>
    permutations([...values.slice(0, index), ...values.slice(index + 1)]).map((rest) => [value, ...rest]),
  );
}

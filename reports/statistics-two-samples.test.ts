import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../scenarios/random.ts';
import { rankSumP } from './statistics.ts';
import { criticalRank, MOST_VALUES, ratioBetween, shiftBetween } from './statistics-two-samples.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe('criticalRank', () => {
  it.each([
    // m, n, k − 1: the published critical values of U, two-sided 5 % (Mann and Whitney 1947; Siegel, table K).
    [3, 3, null],
    [3, 4, null],
    [3, 5, 0],
    [4, 4, 0],
    [5, 5, 2],
    [6, 6, 5],
    [7, 9, 12],
    [10, 10, 23],
    [20, 20, 127],
  ])('of %i and %i is one more than the published U', (m, n, u) => {
    expect(criticalRank(m, n)).toBe(u === null ? 0 : u + 1);
    expect(criticalRank(n, m)).toBe(u === null ? 0 : u + 1);
  });

  it('goes on smoothly where counting ends', () => {
    // 60 a side counted out against the normal distribution of the same: 1,800 − 1.96 √36,300.
    expect(Math.abs(criticalRank(60, 60) - (1_800 - 1.96 * Math.sqrt(36_300)))).toBeLessThan(2);
    expect(criticalRank(61, 61)).toBeGreaterThan(criticalRank(60, 60));
  });
});

describe('shiftBetween', () => {
  it.each([
    [[], [1], null],
    [[1], [], null],
    [[1], [4], 3],
    // Differences 2, 9, 1, 8: the mean of the middle two.
    [[1, 2], [3, 10], 5],
    // One wild value does not move it far.
    [[1, 1, 1, 1, 1], [2, 2, 2, 2, 1_000], 1],
  ])('from %j to %j is %j', (left, right, expected) => {
    expect(shiftBetween(left, right)?.estimate ?? null).toBe(expected);
  });

  it('has an interval from 4 a side on, the smallest and the largest difference', () => {
    expect(shiftBetween([1, 2, 3], [11, 12, 13])).toEqual({ estimate: 10, interval: null });
    expect(shiftBetween([1, 2, 3, 4], [11, 12, 13, 14])).toEqual({
      estimate: 10,
      interval: { low: 7, high: 13 },
    });
  });

  it('refuses what it would not have memory for', () => {
    expect(shiftBetween(upTo(MOST_VALUES + 1), [1])).toBeNull();
  });

  it('excludes 0 exactly where the rank-sum test rejects', () => {
    const some = fc.uniqueArray(fc.integer({ min: -1_000, max: 1_000 }), { minLength: 8, maxLength: 14 });
    fc.assert(
      fc.property(some, fc.integer({ min: 4, max: 4 }), (values, size) => {
        const [left, right] = [values.slice(0, size), values.slice(size)];
        const interval = shiftBetween(left, right)?.interval;
        const excludes = interval != null && (interval.low > 0 || interval.high < 0);
        expect(excludes).toBe(rankSumP(left, right) <= 0.05);
      }),
      { seed: 3 },
    );
  });

  it.each([
    [4, 4],
    [6, 6],
    [5, 12],
    [15, 15],
  ])('of %i and %i skewed values covers the true shift at least 95 %% of the time', (m, n) => {
    const random = randomFrom('shift coverage', m, n);
    const repetitions = 3_000;
    let covered = 0;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      // Exponential, moved by 0.7.
      const left = Array.from({ length: m }, () => -Math.log(1 - random()));
      const right = Array.from({ length: n }, () => 0.7 - Math.log(1 - random()));
      const interval = shiftBetween(left, right)?.interval;
      if (interval != null && interval.low <= 0.7 && 0.7 <= interval.high) covered += 1;
    }
    // Three standard errors of a share of 0.95 in 3,000 draws.
    expect(covered / repetitions).toBeGreaterThanOrEqual(0.95 - 3 * Math.sqrt((0.95 * 0.05) / repetitions));
  });
});

describe('ratioBetween', () => {
  it('covers the true ratio at least 95 % of the time where values scatter by factors', () => {
    const random = randomFrom('ratio coverage');
    const repetitions = 3_000;
    let covered = 0;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      // Pareto with α = 1: no mean. The right side is 1.2 times the left.
      const draw = (factor: number) => Array.from({ length: 6 }, () => factor / (1 - random()));
      const interval = ratioBetween(draw(1), draw(1.2))?.interval;
      if (interval != null && interval.low <= 1.2 && 1.2 <= interval.high) covered += 1;
    }
    expect(covered / repetitions).toBeGreaterThanOrEqual(0.95 - 3 * Math.sqrt((0.95 * 0.05) / repetitions));
  });

  it('of what does not scatter is exact', () => {
    expect(ratioBetween([200, 200, 200, 200], [200, 200, 200, 200])).toEqual({
      estimate: 1,
      interval: { low: 1, high: 1 },
    });
  });

  it.each([[[0, 1]], [[-1, 2]], [[Number.NaN]]])('does not exist with %j', (values) => {
    expect(ratioBetween(values, [1, 2])).toBeNull();
    expect(ratioBetween([1, 2], values)).toBeNull();
  });
});

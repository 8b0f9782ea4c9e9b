import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../scenarios/random.ts';
import { hodgesLehmann, signedRankInterval, signedRankP } from './signed-rank.ts';

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

/** Every way to give the ranks their signs, written out: the definition, and no more than that. */
function byEnumeration(differences: readonly number[]): number {
  const sizes = differences.map(Math.abs);
  const ranks = sizes.map(
    (size) =>
      sizes.filter((other) => other < size).length + (sizes.filter((other) => other === size).length + 1) / 2,
  );
  const free = ranks.filter((_, index) => differences[index] !== 0);
  const sumOf = (plus: (index: number) => boolean) =>
    free.reduce((sum, rank, index) => sum + (plus(index) ? rank : 0), 0);
  const signs = differences.filter((difference) => difference !== 0);
  const observed = sumOf((index) => (signs[index] ?? 0) > 0);
  const ways = 2 ** free.length;
  let extreme = 0;
  for (let way = 0; way < ways; way += 1)
    if (sumOf((index) => ((way >> index) & 1) === 1) >= observed) extreme += 1;
  return extreme / ways;
}

describe('signedRankP', () => {
  it.each([
    // n, rank sum T of the negative ones, one-sided p: the published table (Hollander and Wolfe, A.4).
    [5, 0, 0.03125],
    [6, 2, 0.0469],
    [8, 5, 0.0391],
    [10, 8, 0.0244],
    [12, 17, 0.0461],
    [15, 25, 0.024],
    [20, 52, 0.0242],
  ])('is the published one for n = %i and T = %i', (n, sum, expected) => {
    // The largest ranks that add up to T are negative.
    let left = sum;
    const differences = upTo(n)
      .reverse()
      .map((rank) => {
        const negative = rank <= left;
        if (negative) left -= rank;
        return negative ? -rank : rank;
      });
    expect(signedRankP(differences, 'above')).toBeCloseTo(expected, 4);
    const mirrored = differences.map((difference) => -difference);
    expect(signedRankP(mirrored, 'below')).toBe(signedRankP(differences, 'above'));
  });

  it('counts every way to sign the ranks, with ties and zeros', () => {
    const few = fc.array(fc.integer({ min: -4, max: 4 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(few, (differences) => {
        expect(signedRankP(differences, 'above')).toBeCloseTo(byEnumeration(differences), 12);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it('is of zeros as Pratt has it: they take the lowest ranks and have no sign', () => {
    // Ranks: the two zeros 1.5 each, then 3, 4, 5. T+ = 12 of 12; 1 way in 2³.
    expect(signedRankP([0, 0, 1, 2, 3], 'above')).toBe(1 / 8);
    // Ranks −3 and +4, +5, beside Wilcoxon's −1 and +2, +3: sums from 9 up are 9 and 12, of 8 ways.
    expect(signedRankP([0, 0, -1, 2, 3], 'above')).toBe(2 / 8);
  });

  it.each([[[]], [[0, 0, 0]]])('says nothing of %j', (differences) => {
    expect(signedRankP(differences, 'above')).toBe(1);
    expect(signedRankP(differences, 'below')).toBe(1);
  });

  it('does not rise when every difference moves towards the claim', () => {
    const some = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(some, fc.integer({ min: 0, max: 4 }), (differences, shift) => {
        const moved = differences.map((difference) => difference + shift);
        expect(signedRankP(moved, 'above')).toBeLessThanOrEqual(signedRankP(differences, 'above') + 1e-12);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('sees the tie that arithmetic hides: 0.3 − 0.1 and 0.1 − 0.3', () => {
    expect(signedRankP([0.3 - 0.1, 0.1 - 0.3], 'above')).toBe(0.75);
  });

  it('is exact for as many pairs as anybody will measure', () => {
    expect(signedRankP(upTo(40), 'above')).toBe(2 ** -40);
    expect(signedRankP(upTo(600), 'below')).toBeCloseTo(1, 12);
  });

  it('ground truth 18: is at its smallest 2 × 2⁻ⁿ for two sides, and 5 % only from 6 pairs on', ({
    task,
  }) => {
    const smallest = upTo(6).map((n) => 2 * signedRankP(upTo(n), 'above'));
    task.meta.truths = [
      {
        no: 18,
        what: 'smallest two-sided p of the signed-rank test with 5 and 6 pairs',
        expected: '0.0625, 0.03125',
        measured: smallest.slice(4).join(', '),
      },
    ];
    expect(smallest).toEqual([1, 0.5, 0.25, 0.125, 0.0625, 0.03125]);
  });
});

describe('hodgesLehmann', () => {
  it.each([
    [[], null],
    [[3], 3],
    // Walsh averages 1, 3, 9, 2, 5, 6: the middle two are 3 and 5.
    [[1, 3, 9], 4],
    // One wild value of five moves it by no more than its rank.
    [[1, 1, 1, 1, 1_000], 1],
  ])('of %j is %j', (differences, expected) => {
    expect(hodgesLehmann(differences)).toBe(expected);
  });
});

describe('signedRankInterval', () => {
  it.each([
    // n, k: the largest k with 2·P(T < k) ≤ 0.05, from the published table: P(T ≤ 8) = 0.0244 for n = 10.
    [5, null],
    [6, 1],
    [10, 9],
    [20, 53],
  ])('of %i differences begins at the %j-th Walsh average', (n, k) => {
    const averages = upTo(n)
      .flatMap((left) =>
        upTo(n)
          .filter((right) => right >= left)
          .map((right) => (left + right) / 2),
      )
      .sort((left, right) => left - right);
    const expected = k === null ? null : { low: averages[k - 1], high: averages[averages.length - k] };
    expect(signedRankInterval(upTo(n), 0.95)).toEqual(expected);
  });

  it.each([10, 15])('of %i heavy-tailed differences covers the middle as often as it says', (n) => {
    const random = randomFrom('signed-rank coverage', n);
    const repetitions = 2_000;
    const confidence = 1 - 0.1 / 3;
    let covered = 0;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      // Cauchy: no mean and no variance, and the middle is 5.
      const sample = Array.from({ length: n }, () => 5 + Math.tan(Math.PI * (random() - 0.5)));
      const interval = signedRankInterval(sample, confidence);
      if (interval !== null && interval.low <= 5 && 5 <= interval.high) covered += 1;
    }
    const slack = 3 * Math.sqrt((confidence * (1 - confidence)) / repetitions);
    expect(covered / repetitions).toBeGreaterThanOrEqual(confidence - slack);
  });

  it('agrees with the test: it lies beyond a margin where the test rejects it', () => {
    // A quarter off whole numbers: no difference from it is 0, nor as large as another.
    const values = fc.uniqueArray(fc.integer({ min: -500, max: 500 }), { minLength: 8, maxLength: 15 });
    fc.assert(
      fc.property(values, fc.integer({ min: -500, max: 500 }), (differences, half) => {
        const margin = half + 0.25;
        const interval = signedRankInterval(differences, 0.95);
        const p = signedRankP(
          differences.map((difference) => difference - margin),
          'above',
        );
        expect(interval !== null && interval.low > margin).toBe(p <= 0.025);
      }),
      { seed: 3, numRuns: 300 },
    );
  });
});

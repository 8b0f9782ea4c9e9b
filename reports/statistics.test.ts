import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from '../scenarios/random.ts';
import { compareTrials, median, medianInterval, rankSumP } from './statistics.ts';

describe('median', () => {
  it.each([
    [[], null],
    [[3], 3],
    [[9, 1], 5],
    [[9, 1, 4], 4],
  ])('of %j is %j', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('medianInterval', () => {
  it.each([
    // n, k: the largest k with 1 − 2·P(Bin(n, ½) < k) ≥ 0.95, from the binomial table.
    [5, null], // 1 − 2/32 = 0.9375
    [6, 1], // 1 − 2/64 = 0.96875
    [8, 1], // k = 2 would cover 1 − 2·9/256 = 0.930
    [9, 2], // 1 − 2·10/512 = 0.961
    [12, 3], // 1 − 2·79/4096 = 0.961
    [20, 6], // 1 − 2·21,700/1,048,576 = 0.959
  ])('of %i values starts at the %j-th', (n, k) => {
    const values = Array.from({ length: n }, (_, index) => index + 1).reverse();
    expect(medianInterval(values)).toEqual(k === null ? null : { low: k, high: n + 1 - k });
  });

  it('ground truth 18: does not exist below 6 values', ({ task }) => {
    const known = [1, 2, 3, 4, 5, 6].filter(
      (n) => medianInterval(Array.from({ length: n }, Math.random)) !== null,
    );
    task.meta.truths = [
      {
        no: 18,
        what: 'fewest trials of which there is a 95 % interval of the median',
        expected: '6',
        measured: String(known[0]),
      },
    ];
    expect(known).toEqual([6]);
  });

  it.each([6, 9, 15])('of %i skewed values covers the true median at least 95 %% of the time', (n) => {
    const random = randomFrom('coverage', n);
    const repetitions = 4_000;
    let covered = 0;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      // Exponential: the median is ln 2.
      const interval = medianInterval(Array.from({ length: n }, () => -Math.log(1 - random())));
      if (interval !== null && interval.low <= Math.LN2 && Math.LN2 <= interval.high) covered += 1;
    }
    // Three standard errors of a share of 0.95 in 4,000 draws.
    const slack = 3 * Math.sqrt((0.95 * 0.05) / repetitions);
    expect(covered / repetitions).toBeGreaterThanOrEqual(0.95 - slack);
  });
});

describe('rankSumP', () => {
  it.for([
    [3, 0.1],
    [4, 0.02857],
    [5, 0.00794],
    [6, 0.00216],
  ] as const)('ground truth 18: is at its smallest with %i a side', ([n, expected], { task }) => {
    const left = Array.from({ length: n }, (_, index) => index);
    const right = left.map((value) => value + 100);
    task.meta.truths = [
      {
        no: 18,
        what: `smallest p of the rank-sum test with ${n} a side`,
        expected: expected.toFixed(5),
        measured: rankSumP(left, right).toFixed(5),
      },
    ];
    expect(rankSumP(left, right)).toBeCloseTo(expected, 5);
    expect(rankSumP(right, left)).toBeCloseTo(expected, 5);
  });

  it('agrees with going through every split, ties included', () => {
    const small = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(small, small, (left, right) => {
        expect(rankSumP(left, right)).toBeCloseTo(bySplits(left, right), 10);
      }),
    );
  });

  it('is 1 when everything is equal or a side is empty', () => {
    expect(rankSumP([2, 2, 2], [2, 2, 2])).toBe(1);
    expect(rankSumP([], [1, 2])).toBe(1);
    expect(rankSumP([], [])).toBe(1);
  });

  it('rejects no more than 5 % of equal arms', () => {
    const random = randomFrom('level');
    const repetitions = 2_000;
    let rejected = 0;
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      const draw = () => Array.from({ length: 6 }, () => random() ** 3);
      if (compareTrials(draw(), draw()) === 'separate') rejected += 1;
    }
    expect(rejected / repetitions).toBeLessThanOrEqual(0.05 + 3 * Math.sqrt((0.05 * 0.95) / repetitions));
  });
});

describe('compareTrials', () => {
  it.each([
    [[1, 2, 3, 4], [5, 6, 7, 8], 'separate'],
    [[1, 2, 3, 9], [5, 6, 7, 8], 'tie'],
    [[1, 2, 3], [5, 6, 7], 'too few'],
    [[1], [], 'too few'],
  ] as const)('%j and %j: %s', (left, right, expected) => {
    expect(compareTrials(left, right)).toBe(expected);
  });
});

/** The definition itself: every subset of the pooled values of the left side's size. */
function bySplits(left: readonly number[], right: readonly number[]): number {
  const pooled = [...left, ...right];
  const rankOf = (value: number) =>
    pooled.filter((other) => other < value).length +
    (pooled.filter((other) => other === value).length + 1) / 2;
  const ranks = pooled.map(rankOf);
  const total = (chosen: readonly number[]) => chosen.reduce((sum, index) => sum + (ranks[index] ?? 0), 0);
  const mean = (left.length * (pooled.length + 1)) / 2;
  const distance = Math.abs(total(left.map((_, index) => index)) - mean);
  const subsets = Array.from({ length: 2 ** pooled.length }, (_, bits) =>
    pooled.map((_, index) => index).filter((index) => (bits >> index) & 1),
  ).filter((subset) => subset.length === left.length);
  const extreme = subsets.filter((subset) => Math.abs(total(subset) - mean) >= distance - 1e-9);
  return extreme.length / subsets.length;
}

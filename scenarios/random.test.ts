import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pick, randomFrom, shuffled } from './random.ts';

function take(count: number, ...seed: (number | string)[]): number[] {
  const random = randomFrom(...seed);
  return Array.from({ length: count }, random);
}

describe('randomFrom', () => {
  it('gives the same numbers for the same seed', () => {
    expect(take(5, 7, 'poll')).toEqual(take(5, 7, 'poll'));
  });

  it('keeps the parts of a seed apart', () => {
    const streams = [take(3, 1, 2), take(3, 12), take(3, 2, 1), take(3, '1', '2', ''), take(3, 1)];
    expect(new Set(streams.map(String)).size).toBe(streams.length);
  });

  it('stays in [0, 1) for any seed', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), (number, text) => {
        for (const value of take(50, number, text)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThan(1);
        }
      }),
    );
  });

  it('fills 16 bins evenly', () => {
    // Chi-square with 15 degrees of freedom: 30.58 is exceeded by chance once in 100 seeds.
    const bins = new Array<number>(16).fill(0);
    for (const value of take(16_000, 'bins'))
      bins[Math.floor(value * 16)] = (bins[Math.floor(value * 16)] ?? 0) + 1;
    const chiSquare = bins.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0);
    expect(chiSquare).toBeLessThan(30.58);
  });

  it('is uncorrelated between neighbouring seeds', () => {
    // First values of the seeds 0 to 9,999: the standard error of a correlation of 0 is 0.01.
    const first = Array.from({ length: 10_000 }, (_, seed) => randomFrom(seed)() - 0.5);
    const products = first.slice(1).reduce((sum, value, index) => sum + value * (first[index] ?? 0), 0);
    expect(Math.abs(products / (10_000 / 12))).toBeLessThan(0.03);
  });
});

describe('pick', () => {
  it('reaches every number below its bound and no other', () => {
    const random = randomFrom('pick');
    const seen = new Set(Array.from({ length: 200 }, () => pick(random, 5)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('shuffled', () => {
  it('keeps every item and leaves its argument alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.integer(), (items, seed) => {
        const before = [...items];
        const after = shuffled(items, randomFrom(seed));
        expect(items).toEqual(before);
        expect(after.toSorted((a, b) => a - b)).toEqual(before.toSorted((a, b) => a - b));
      }),
    );
  });

  it('has every order of three equally often', () => {
    // 6,000 shuffles, 6 orders: 1,000 each with a standard deviation of 28.9; 4 of them are 116.
    const counts = new Map<string, number>();
    const random = randomFrom('orders');
    for (let round = 0; round < 6_000; round += 1) {
      const order = shuffled(['a', 'b', 'c'], random).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(116);
  });
});

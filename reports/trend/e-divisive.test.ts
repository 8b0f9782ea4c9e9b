import { describe, expect, it } from 'vitest';
import { type Random, randomFrom } from '../../scenarios/random.ts';
import { bestSplit, changePoints, DEFAULT_OPTIONS } from './e-divisive.ts';

const HALVED = [
  ...[1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96],
  ...[0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5, 0.49],
];

const indexes = (series: readonly number[], level = DEFAULT_OPTIONS.level) =>
  changePoints(series, { ...DEFAULT_OPTIONS, level }).map(({ index }) => index);

/** Box and Muller. */
const normal = (random: Random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

const simulate = (length: number, random: Random, at: (index: number) => number) =>
  Array.from({ length }, (_, index) => at(index) + normal(random));

describe('bestSplit', () => {
  it('is the energy distance of the two sides, weighted by their lengths', () => {
    // [0, 1 | 4, 6]: across (4+6+3+5)/4 = 4.5, within 1 and 2: 2·4.5 − 1 − 2 = 6, times 2·2/4.
    expect(bestSplit([0, 1, 4, 6], 2)).toEqual({ at: 2, q: 6 });
  });

  it('agrees with the definition at every split', () => {
    const random = randomFrom('definition');
    const series = simulate(12, random, () => 0);
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const within = (side: readonly number[]) =>
      mean(side.flatMap((x, index) => side.slice(index + 1).map((y) => Math.abs(x - y))));
    const qs = [3, 4, 5, 6, 7, 8, 9].map((at) => {
      const [left, right] = [series.slice(0, at), series.slice(at)];
      const across = mean(left.flatMap((x) => right.map((y) => Math.abs(x - y))));
      return { at, q: ((at * (12 - at)) / 12) * (2 * across - within(left) - within(right)) };
    });
    const largest = qs.reduce((best, each) => (each.q > best.q ? each : best));
    expect(bestSplit(series, 3)).toEqual({ at: largest.at, q: expect.closeTo(largest.q, 10) });
  });

  it.each([[[]], [[1]], [[1, 2, 3, 4, 5]], [[7, 7, 7, 7, 7, 7, 7]]])('finds none in %j', (series) => {
    expect(bestSplit(series, 3).q).toBe(0);
  });
});

describe('changePoints', () => {
  it('finds the one change of a series that halves, where it is', () => {
    // The smallest p that 999 orders can show.
    expect(changePoints(HALVED)).toEqual([{ index: 10, p: 0.001 }]);
  });

  it.each([2, 3, 4])('also with another seed: %d', (seed) => {
    expect(changePoints(HALVED, { ...DEFAULT_OPTIONS, seed })).toEqual([{ index: 10, p: 0.001 }]);
  });

  it('finds several', () => {
    const random = randomFrom('several');
    const series = simulate(45, random, (index) => (index < 15 ? 0 : index < 30 ? 20 : 10));
    expect(indexes(series)).toEqual([15, 30]);
  });

  it('does not take one outlier for a change', () => {
    const series = HALVED.slice(0, 10).map((value, index) => (index === 6 ? 50 : value));
    expect(indexes([...series, ...HALVED.slice(0, 10)])).toEqual([]);
  });

  it('sees a change four runs later, and not two', () => {
    // Four of 14 values stand together at one end or the other in 2 of 1,001 orders; two of 12, in 2 of 66.
    expect(indexes(HALVED.slice(0, 14))).toEqual([10]);
    expect(indexes(HALVED.slice(0, 12))).toEqual([]);
  });

  it('finds none in nothing, in little, and where nothing moves', () => {
    for (const series of [[], [1], [1, 2], [1, 1, 1, 9, 9], Array.from({ length: 50 }, () => 3)]) {
      expect(indexes(series)).toEqual([]);
    }
  });

  it('keeps false alarms at its level, also with heavy tails', () => {
    const random = randomFrom('false alarms');
    const heavy = () => Array.from({ length: 30 }, () => Math.exp(1.5 * normal(random)));
    const light = () => simulate(30, random, () => 100);
    const alarms = (draw: () => number[], level: number) =>
      Array.from({ length: 400 }, draw).filter((series) => indexes(series, level).length > 0).length;
    // Binomial(400, 5 %): 20 ± 4.4. Four standard deviations are 38; without a test it would be 400.
    expect(alarms(light, 0.05)).toBeLessThanOrEqual(38);
    expect(alarms(heavy, 0.05)).toBeLessThanOrEqual(38);
    // And the test is no empty one: below four standard deviations it would reject too rarely.
    expect(alarms(light, 0.05)).toBeGreaterThanOrEqual(3);
  });

  it('finds a shift of two standard deviations in nine of ten series, within two runs of where it is', () => {
    const random = randomFrom('power');
    const found = Array.from({ length: 100 }, () =>
      indexes(simulate(30, random, (index) => (index < 15 ? 0 : 2))),
    ).filter((points) => points.some((index) => Math.abs(index - 15) <= 2));
    expect(found.length).toBeGreaterThanOrEqual(85);
  });

  it('answers a slow drift with a step in the middle of it, or several', () => {
    const random = randomFrom('drift');
    // Six standard deviations over 60 runs.
    const [first = 0] = indexes(simulate(60, random, (index) => index / 10));
    expect(first).toBeGreaterThan(15);
    expect(first).toBeLessThan(45);
  });
});

import { describe, expect, it } from 'vitest';
import { holm } from './holm.ts';
import { levelOf, looksOf } from './looks.ts';
import { smallestMargin, spreadOf, trialsNeeded } from './power.ts';

describe('looksOf', () => {
  it.each([
    [20, [10, 15, 20]],
    [40, [20, 30, 40]],
    [15, [12, 15]],
    [10, [10]],
    [3, [3]],
    [1, [1]],
  ])('of %i blocks are %j', (blocks, expected) => {
    expect(looksOf(blocks)).toEqual(expected);
  });

  it('split the level evenly', () => {
    expect(levelOf(looksOf(20))).toBeCloseTo(0.05 / 3);
    expect(levelOf(looksOf(3))).toBe(0.05);
  });
});

describe('holm', () => {
  it('multiplies the smallest by how many there are, the next by one fewer, and never falls', () => {
    // 3 × 0.01; 2 × 0.04; 1 × 0.03 would be below the one before it.
    expect(holm([0.03, 0.01, 0.04])).toEqual([0.06, 0.03, 0.06]);
  });

  it.each([
    [[], []],
    [[0.2], [0.2]],
    [
      [0.6, 0.7],
      [1, 1],
    ],
  ])('of %j is %j', (given, expected) => {
    expect(holm(given)).toEqual(expected);
  });
});

describe('planning', () => {
  // (z(0.05/3) + z(0.1)) / √(20 · 3/π) = (2.128 + 1.282) / 4.370.
  it('needs a margin of 0.78 spreads at 20 trials', () => {
    expect(smallestMargin(20, { spread: 1, level: 0.05 / 3 })).toBeCloseTo(0.78, 2);
  });

  it('turns a margin into trials and back', () => {
    const planning = { spread: 0.12, level: 0.05 / 3 };
    expect(trialsNeeded(smallestMargin(37, planning), planning)).toBe(37);
  });

  it('asks for the trials that a p-value takes, however clear the effect', () => {
    expect(trialsNeeded(1, { spread: 0, level: 0.05 / 3 })).toBe(6);
  });

  it('does not promise an answer at the margin itself', () => {
    expect(trialsNeeded(0, { spread: 0.1, level: 0.05 })).toBeNull();
    expect(trialsNeeded(0.001, { spread: 0.1, level: 0.05 })).toBeNull();
  });

  it('takes the spread as it is usually taken', () => {
    // Squares 1, 0, 1 over n − 1 = 2.
    expect(spreadOf([1, 2, 3])).toBe(1);
    expect(spreadOf([4])).toBe(0);
  });
});

import { describe, expect, it } from 'vitest';
import type { CheckAnswer } from '../gate/decide.ts';
import { upperBound } from './binomial.ts';
import { ROUGH, simulateCheck, type World } from './simulated-check.ts';

/** How many of so many simulated checks have an answer. */
function count(answer: CheckAnswer, checks: number, world: World): number {
  return Array.from({ length: checks }, (_, seed) => simulateCheck(world, seed)).filter(
    (check) => check.answer === answer,
  ).length;
}

// The same as gate.bench.ts, with fewer checks; hundreds of them take a busy machine a while.
describe('simulated checks of twelve gates, heavy-tailed and drifting', { timeout: 60_000 }, () => {
  it('of the same code are hardly ever called a regression', () => {
    expect(upperBound(count('regressed', 200, ROUGH), 200)).toBeLessThanOrEqual(0.05);
  });

  // At the margin itself the level is spent: 5 % and what 300 draws scatter, three standard errors.
  const MOST = 300 * 0.05 + 3 * Math.sqrt(300 * 0.05 * 0.95);

  it('with every gate exactly at its margin are so in at most 5 %', () => {
    const hits = count('regressed', 300, { ...ROUGH, ratio: () => 1.1 });
    expect(hits).toBeGreaterThan(0);
    expect(hits).toBeLessThanOrEqual(MOST);
  });

  it('with one gate exactly at its margin pass in at most 5 %', () => {
    const world = { ...ROUGH, spread: 0.03, stalls: 0, ratio: (gate: number) => (gate === 3 ? 1.1 : 1) };
    expect(count('pass', 300, world)).toBeLessThanOrEqual(MOST);
  });

  it('repeat spoiled blocks without calling the same code a regression, or a regression the same', () => {
    // A stall of more than twice: 3.75 % of trials, so that 1.5 blocks of 20 are spoiled, and 5 may be.
    const spoiled = { ...ROUGH, gates: 4, lateFrom: 2 };
    expect(upperBound(count('regressed', 200, spoiled), 200)).toBeLessThanOrEqual(0.05);
    expect(count('invalid', 200, spoiled)).toBeLessThanOrEqual(10);
    const edge = { ...spoiled, spread: 0.03, ratio: (gate: number) => (gate === 3 ? 1.1 : 1) };
    expect(count('pass', 300, edge)).toBeLessThanOrEqual(MOST);
  });

  it('find what is half as slow again, and pass what is the same, where the machine allows it', () => {
    const calm = { ...ROUGH, spread: 0.03, stalls: 0.02 };
    expect(count('pass', 50, calm)).toBeGreaterThanOrEqual(45);
    expect(
      count('regressed', 50, { ...calm, ratio: (gate) => (gate === 3 ? 1.5 : 1) }),
    ).toBeGreaterThanOrEqual(45);
  });
});

describe('upperBound', () => {
  it.each([
    // 1 − 0.05^(1/n): the rule of three.
    [0, 30, 0.095],
    [0, 100, 0.0295],
    // From the published tables of Clopper and Pearson (one-sided 95 %).
    [1, 20, 0.2161],
    [5, 100, 0.1023],
    [7, 7, 1],
  ])('of %i in %i is %f', (hits, tries, expected) => {
    expect(upperBound(hits, tries)).toBeCloseTo(expected, 3);
  });
});

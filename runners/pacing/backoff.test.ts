import { describe, expect, it } from 'vitest';
import { randomFrom } from '../../scenarios/random.ts';
import { backoffUs } from './backoff.ts';

const POLICY = { afterMs: 500, upToMs: 3_000 };

describe('backoffUs', () => {
  // 500 ms × 2^failed, and no more than 3,000 ms; a draw of u is that share of it.
  it.each([
    [0, 0, 0],
    [0, 0.5, 250_000],
    [0, 0.999, 499_500],
    [1, 0.5, 500_000],
    [2, 0.25, 500_000],
    [2, 0.5, 1_000_000],
    [3, 0.5, 1_500_000],
    [10, 0.5, 1_500_000],
    [5_000, 0.5, 1_500_000],
  ])('after %i failures and a draw of %d waits %i µs', (failed, draw, expected) => {
    expect(backoffUs(POLICY, failed, () => draw)).toBeCloseTo(expected, 6);
  });

  it('spreads clients evenly over the first wait, each by the seed', () => {
    const waits = Array.from({ length: 2_000 }, (_, client) =>
      backoffUs(POLICY, 0, randomFrom(1, 'reconnect', client)),
    );
    // Uniform on 0 to 500 ms: mean 250 ms, standard error 500 / √12 / √2,000 = 3.2 ms; four of them.
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(Math.abs(mean - 250_000)).toBeLessThan(13_000);
    expect(Math.max(...waits)).toBeLessThan(500_000);
    expect(backoffUs(POLICY, 0, randomFrom(1, 'reconnect', 7))).toBe(waits[7]);
  });
});

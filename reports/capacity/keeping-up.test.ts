import { describe, expect, it } from 'vitest';
import { encoded, measurements } from '../testing/results.ts';
import { keepingUp } from './keeping-up.ts';

/** A trial of four seconds with 100 messages a second, whose latency in each second is as given. */
function trial(latencyMs: readonly number[], received = 400) {
  return measurements({
    measureMs: 4_000,
    intervals: latencyMs.map((ms, index) => ({
      startMs: index * 1_000,
      expected: 100,
      latency: encoded([ms * 1_000]),
    })),
    messages: { ...measurements().messages, expected: 400, received },
  });
}

describe('keepingUp', () => {
  it('takes a steady latency for keeping pace, however long it is', () => {
    const { offeredPerSecond, deliveredPerSecond, grownMs } = keepingUp(trial([500, 500, 500, 500]));
    expect([offeredPerSecond, deliveredPerSecond, grownMs]).toEqual([100, 100, 0]);
  });

  it('sees a queue that grows, and how fast it is worked off', () => {
    // 100/s where 80/s can be done: each second makes messages 0.25 s later, a second of them in four.
    const { deliveredPerSecond, grownMs } = keepingUp(trial([125, 375, 625, 875]));
    expect(grownMs).toBeCloseTo(1_000, -1);
    expect(deliveredPerSecond).toBeCloseTo(80, 0);
  });

  it('does not call a queue that shrinks a gain', () => {
    expect(keepingUp(trial([400, 300, 200, 100]))).toMatchObject({ deliveredPerSecond: 100, grownMs: 0 });
  });

  it('leaves out what was lost', () => {
    expect(keepingUp(trial([1, 1, 1, 1], 300))).toMatchObject({ deliveredPerSecond: 75 });
  });

  it('has nothing to say of a trial without messages', () => {
    expect(keepingUp(measurements())).toEqual({ offeredPerSecond: 0, deliveredPerSecond: 0, grownMs: 0 });
  });
});

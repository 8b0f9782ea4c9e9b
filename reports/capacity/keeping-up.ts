import { addHistograms, decodeSlice, meanUs } from '../results/histogram.ts';
import type { Measurements } from '../results/schema.ts';

/** Whether deliveries kept pace with the plan. */
export interface KeepingUp {
  /** Deliveries that the plan asked for, per second. */
  readonly offeredPerSecond: number;
  /** Deliveries as fast as they came, which is slower than offered where a queue grew. */
  readonly deliveredPerSecond: number;
  /** By how much the mean latency grew along the measuring phase; never below zero. */
  readonly grownMs: number;
}

/**
 * How fast the messages of a trial came, by the time that they took to come: those due in T were received in
 * T and the growth of their latency. `delivered.perSecond` follows them through the drain instead,
 * so that a queue which is worked off later does not show in it.
 *
 * The growth is twice the distance between the mean latencies of both halves, which is exact for one that is
 * linear, as in a queue that is fed too fast.
 */
export function keepingUp({ measureMs, messages, intervals }: Measurements): KeepingUp {
  const middleMs = measureMs / 2;
  const meanMs = (half: Measurements['intervals']) => {
    const mean = meanUs(addHistograms(half.map(({ latency }) => decodeSlice(latency))));
    return mean === null ? null : mean / 1_000;
  };
  const first = meanMs(intervals.filter(({ startMs }) => startMs < middleMs));
  const second = meanMs(intervals.filter(({ startMs }) => startMs >= middleMs));
  const grownMs = first === null || second === null ? 0 : Math.max(0, 2 * (second - first));
  return {
    offeredPerSecond: (messages.expected * 1_000) / measureMs,
    deliveredPerSecond: (messages.received * 1_000) / (measureMs + grownMs),
    grownMs,
  };
}

import { describe, expect, it } from 'vitest';
import { decodeHistogram, encodeHistogram, newHistogram, quantileUs } from './histogram.ts';
import { MergeError, mergeMeasurements } from './merge.ts';
import type { DirectionBytes, Measurements } from './schema.ts';

function histogramOf(samples: readonly (readonly [us: number, count: number])[]): string {
  const histogram = newHistogram();
  for (const [us, count] of samples) histogram.recordValueWithCount(us, count);
  return encodeHistogram(histogram);
}

const empty = histogramOf([]);

function bytes(payload: number, outside: number): DirectionBytes {
  return { payload, framing: 1, headers: 2, handshake: 3, control: 4, tls: 5, outside };
}

function part(latency: string, overrides: Partial<Measurements> = {}): Measurements {
  return {
    measureMs: 10_000,
    histograms: {
      latency,
      service: empty,
      lateness: empty,
      connect: empty,
      recovery: empty,
      loopDelay: empty,
    },
    intervals: [],
    messages: {
      due: 1,
      sent: 2,
      unsent: 3,
      expected: 4,
      received: 5,
      lost: 6,
      duplicated: 7,
      reordered: 8,
      negative: 9,
    },
    requests: { total: 10, empty: 11, carrying: null },
    connections: { asked: 13, opened: 14, reopened: 15, unrecovered: 16 },
    slow: null,
    bytes: { up: bytes(100, 7), down: bytes(200, 9) },
    sockets: { up: 122, down: 224 },
    processes: [{ role: 'worker', cpuUs: 5, rssBytes: 6, rssBeforeBytes: 4 }],
    stolenCpuShare: null,
    faults: { reset: 1 },
    ...overrides,
  };
}

describe('mergeMeasurements', () => {
  it('ground truth 17: adds histograms exactly: percentiles of the sum, not averages of percentiles', ({
    task,
  }) => {
    const slow = histogramOf([
      [1_000, 9_890],
      [100_000, 110],
    ]);
    const fast = histogramOf([[1_000, 10_000]]);
    expect(quantileUs(decodeHistogram(slow), 0.99)).toBeCloseTo(100_000, -2);

    const merged = decodeHistogram(mergeMeasurements([part(slow), part(fast)]).histograms.latency);
    expect(merged.totalCount).toBe(20_000);
    expect(quantileUs(merged, 0.99)).toBe(1_000);
    const p999 = quantileUs(merged, 0.999) ?? 0;
    expect(Math.abs(p999 / 100_000 - 1)).toBeLessThanOrEqual(0.001);
    task.meta.truths = [
      {
        no: 17,
        what: '9,890 × 1 ms and 110 × 100 ms merged with 10,000 × 1 ms: p99, p99.9',
        expected: '1 ms, 100 ms (0.1 %)',
        measured: `${(quantileUs(merged, 0.99) ?? 0) / 1e3} ms, ${p999 / 1e3} ms`,
      },
    ];
  });

  it('ground truth 16: equals what one recorder of everything would hold', ({ task }) => {
    const [left, right, both] = [newHistogram(), newHistogram(), newHistogram()];
    for (let us = 1; us < 3_600_000_000; us = Math.ceil(us * 1.07)) {
      (us % 2 === 0 ? left : right).recordValue(us);
      both.recordValue(us);
    }
    const merged = mergeMeasurements([part(encodeHistogram(left)), part(encodeHistogram(right))]);
    const equal = merged.histograms.latency === encodeHistogram(both);
    task.meta.truths = [
      {
        no: 16,
        what: 'two histograms merged, beside one of everything',
        expected: 'the same bytes',
        measured: equal ? 'the same bytes' : 'other bytes',
      },
    ];
    expect(equal).toBe(true);
  });

  it('adds every counter and account, and keeps every process', () => {
    const merged = mergeMeasurements([
      part(empty, { requests: { total: 10, empty: 11, carrying: 12 } }),
      part(empty, { requests: { total: 1, empty: 1, carrying: null }, faults: { reset: 2, 'bad chunk': 1 } }),
    ]);
    expect(merged.messages).toEqual({
      due: 2,
      sent: 4,
      unsent: 6,
      expected: 8,
      received: 10,
      lost: 12,
      duplicated: 14,
      reordered: 16,
      negative: 18,
    });
    expect(merged.requests).toEqual({ total: 11, empty: 12, carrying: 12 });
    expect(merged.connections).toEqual({ asked: 26, opened: 28, reopened: 30, unrecovered: 32 });
    expect(merged.bytes.down).toEqual({
      payload: 400,
      framing: 2,
      headers: 4,
      handshake: 6,
      control: 8,
      tls: 10,
      outside: 18,
    });
    expect(merged.sockets).toEqual({ up: 244, down: 448 });
    expect(merged.processes).toHaveLength(2);
    expect(merged.faults).toEqual({ reset: 3, 'bad chunk': 1 });
  });

  it('leaves "no answers carry messages" unknown where no part knows better', () => {
    expect(mergeMeasurements([part(empty), part(empty)]).requests.carrying).toBeNull();
  });

  it('adds what slow clients got, where there are any', () => {
    const slow = { clients: 1, expected: 20, received: 3, disconnected: 1 };
    const merged = (...slows: Measurements['slow'][]) =>
      mergeMeasurements(slows.map((each) => part(empty, { slow: each })));
    expect(merged(null, null).slow).toBeNull();
    expect(merged(null, slow, { clients: 2, expected: 40, received: 4, disconnected: 0 }).slow).toEqual({
      clients: 3,
      expected: 60,
      received: 7,
      disconnected: 1,
    });
  });

  it('joins the intervals that start together, in order', () => {
    const one = histogramOf([[500, 3]]);
    const merged = mergeMeasurements([
      part(empty, {
        intervals: [
          { startMs: 1_000, expected: 4, latency: one },
          { startMs: 0, expected: 1, latency: empty },
        ],
      }),
      part(empty, { intervals: [{ startMs: 1_000, expected: 2, latency: one }] }),
    ]);
    expect(merged.intervals.map(({ startMs, expected }) => [startMs, expected])).toEqual([
      [0, 1],
      [1_000, 6],
    ]);
    expect(decodeHistogram(merged.intervals[1]?.latency ?? '').totalCount).toBe(6);
  });

  it('refuses no parts, and parts of different lengths', () => {
    expect(() => mergeMeasurements([])).toThrow(MergeError);
    expect(() => mergeMeasurements([part(empty), part(empty, { measureMs: 9 })])).toThrow(/10000 ms.*9 ms/);
  });
});

import { encodeHistogram, newHistogram } from '../../reports/results/histogram.ts';
import type { Measurements } from '../../reports/results/schema.ts';

/** An encoded histogram of so many samples from 1 ms on, a microsecond apart. */
export function histogramOf(samples: number): string {
  const histogram = newHistogram();
  for (let sample = 0; sample < samples; sample += 1) histogram.recordValue(1_000 + sample);
  return encodeHistogram(histogram);
}

const EMPTY = histogramOf(0);
const NO_BYTES = { payload: 0, framing: 0, headers: 0, handshake: 0, control: 0, tls: 0, outside: 0 };

/** A trial of three clients in which all went well: 40 messages due, 120 received. */
export const GOOD: Measurements = {
  measureMs: 400,
  histograms: {
    latency: histogramOf(120),
    service: EMPTY,
    lateness: EMPTY,
    connect: EMPTY,
    recovery: EMPTY,
    loopDelay: EMPTY,
  },
  intervals: [],
  messages: {
    due: 40,
    sent: 40,
    unsent: 0,
    expected: 120,
    received: 120,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    negative: 0,
  },
  requests: { total: 3, empty: 0, carrying: null },
  connections: { asked: 3, opened: 3, reopened: 0, unrecovered: 0 },
  slow: null,
  bytes: { up: { ...NO_BYTES, handshake: 300 }, down: { ...NO_BYTES, payload: 5_000, outside: 7 } },
  sockets: { up: 300, down: 5_007 },
  processes: [],
  stolenCpuShare: null,
  faults: {},
};

import { addHistograms, decodeHistogram, decodeSlice, encodeHistogram, type Histogram } from './histogram.ts';
import { ACCOUNTS, type DirectionBytes, type Measurements, type SlowShare } from './schema.ts';

/** Parts that are not of one trial. */
export class MergeError extends Error {
  readonly code = 'MERGE';
  override readonly name = 'MergeError';
}

/**
 * What several processes measured of one trial, as if one had measured it all. Exact: histograms
 * add, counters add, intervals that start together are one, and every process stays in the list.
 *
 * A part has 0, an empty histogram or an empty list for what its process does not see, so that a
 * publisher's part (due, sent, unsent, lateness) merges with the workers'.
 *
 * @throws MergeError without parts, or when they measured for different times.
 */
export function mergeMeasurements(parts: readonly Measurements[]): Measurements {
  const [first] = parts;
  if (first === undefined) throw new MergeError('there is nothing to merge: no process handed in its part');
  const other = parts.find(({ measureMs }) => measureMs !== first.measureMs);
  if (other !== undefined) {
    throw new MergeError(`one part measured for ${first.measureMs} ms, another for ${other.measureMs} ms`);
  }
  const histogram = (of: (part: Measurements) => string) => sumEncoded(parts.map(of), decodeHistogram);
  const total = (of: (part: Measurements) => number) => sum(parts.map(of));
  return {
    measureMs: first.measureMs,
    histograms: {
      latency: histogram(({ histograms }) => histograms.latency),
      service: histogram(({ histograms }) => histograms.service),
      lateness: histogram(({ histograms }) => histograms.lateness),
      connect: histogram(({ histograms }) => histograms.connect),
      recovery: histogram(({ histograms }) => histograms.recovery),
      loopDelay: histogram(({ histograms }) => histograms.loopDelay),
    },
    intervals: mergeIntervals(parts.flatMap(({ intervals }) => intervals)),
    messages: {
      due: total(({ messages }) => messages.due),
      sent: total(({ messages }) => messages.sent),
      unsent: total(({ messages }) => messages.unsent),
      expected: total(({ messages }) => messages.expected),
      received: total(({ messages }) => messages.received),
      lost: total(({ messages }) => messages.lost),
      duplicated: total(({ messages }) => messages.duplicated),
      reordered: total(({ messages }) => messages.reordered),
      ...known(
        'superseded',
        parts.map(({ messages }) => messages.superseded),
      ),
      ...known(
        'compressed',
        parts.map(({ messages }) => messages.compressed),
      ),
      negative: total(({ messages }) => messages.negative),
    },
    requests: {
      total: total(({ requests }) => requests.total),
      empty: total(({ requests }) => requests.empty),
      carrying: sumKnown(parts.map(({ requests }) => requests.carrying)),
    },
    connections: {
      asked: total(({ connections }) => connections.asked),
      opened: total(({ connections }) => connections.opened),
      reopened: total(({ connections }) => connections.reopened),
      unrecovered: total(({ connections }) => connections.unrecovered),
      ...known(
        'accepted',
        parts.map(({ connections }) => connections.accepted),
      ),
      ...known(
        'established',
        parts.map(({ connections }) => connections.established),
      ),
    },
    slow: mergeSlow(parts.map(({ slow }) => slow)),
    bytes: {
      up: sumBytes(parts.map(({ bytes }) => bytes.up)),
      down: sumBytes(parts.map(({ bytes }) => bytes.down)),
    },
    sockets: { up: total(({ sockets }) => sockets.up), down: total(({ sockets }) => sockets.down) },
    processes: parts.flatMap(({ processes }) => processes),
    stolenCpuShare: parts.map((part) => part.stolenCpuShare).find((share) => share !== null) ?? null,
    faults: mergeFaults(parts.map(({ faults }) => faults)),
  };
}

type Interval = Measurements['intervals'][number];

function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const byStart = new Map<number, Interval[]>();
  for (const interval of intervals) {
    const together = byStart.get(interval.startMs);
    if (together === undefined) byStart.set(interval.startMs, [interval]);
    else together.push(interval);
  }
  return [...byStart]
    .sort(([left], [right]) => left - right)
    .map(([startMs, together]) => ({
      startMs,
      expected: sum(together.map(({ expected }) => expected)),
      latency: sumEncoded(
        together.map(({ latency }) => latency),
        decodeSlice,
      ),
    }));
}

function mergeFaults(parts: readonly Measurements['faults'][]): Measurements['faults'] {
  const counts = new Map<string, number>();
  for (const [reason, count] of parts.flatMap((faults) => Object.entries(faults))) {
    counts.set(reason, (counts.get(reason) ?? 0) + count);
  }
  return Object.fromEntries(counts);
}

function mergeSlow(parts: readonly Measurements['slow'][]): Measurements['slow'] {
  const known = parts.filter((part) => part !== null);
  if (known.length === 0) return null;
  const total = (of: (part: SlowShare) => number) => sum(known.map(of));
  return {
    clients: total(({ clients }) => clients),
    expected: total(({ expected }) => expected),
    received: total(({ received }) => received),
    disconnected: total(({ disconnected }) => disconnected),
  };
}

function sumBytes(parts: readonly DirectionBytes[]): DirectionBytes {
  const sums = ACCOUNTS.map((account) => [account, sum(parts.map((part) => part[account]))]);
  return Object.fromEntries(sums) as DirectionBytes;
}

function sumEncoded(encoded: readonly string[], decode: (each: string) => Histogram): string {
  return encodeHistogram(addHistograms(encoded.map(decode)));
}

/** The sum of those that are numbers; `null` if none is. */
function sumKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sum(known);
}

/** The sum of those that are there, under its name; nothing if none is. */
function known<Name extends string>(name: Name, values: readonly (number | undefined)[]) {
  const total = sumKnown(values.map((value) => value ?? null));
  return (total === null ? {} : { [name]: total }) as { readonly [Key in Name]?: number };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

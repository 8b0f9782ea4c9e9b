import { decodeHistogram, type Histogram, meanUs, quantileUs } from './results/histogram.ts';
import { type DirectionBytes, type Measurements, type ProcessUse, SHOWN_ACCOUNTS } from './results/schema.ts';

/** What a metric is counted in. */
export type Unit = 'µs' | 'B' | 'count' | '1/s' | '%';

/** Which way a metric improves; `none` where more is neither better nor worse. */
export type Better = 'lower' | 'higher' | 'none';

/** One thing that a completed trial has a number for. */
export interface Metric {
  readonly unit: Unit;
  readonly better: Better;
  /** A few words for a person. */
  readonly title: string;
  /** The quantile that it is, where it is one of a histogram: such a number needs enough samples. */
  readonly quantile: { readonly of: HistogramName; readonly q: number } | null;
  /** The number of one trial; `null` where there is none, such as a latency without a message. */
  of(measurements: Measurements): number | null;
}

/** The histograms that a trial has. */
export type HistogramName = keyof Measurements['histograms'];

/**
 * Every metric, by the id that JSON, CSV, gates and charts use, in the order in which they are
 * listed. A metric that is not in here does not exist.
 */
export const METRICS = {
  ...distribution('latency', 'Latency'),
  ...distribution('service', 'Service time'),
  ...distribution('lateness', 'Lateness of the harness'),
  'connect.p50': quantile('connect', 0.5, 'Time to connect, median'),
  'connect.p99': quantile('connect', 0.99, 'Time to connect, p99'),
  'connect.max': quantile('connect', 1, 'Time to connect, longest'),
  'recovery.p50': quantile('recovery', 0.5, 'Time to be back, median'),
  'recovery.p99': quantile('recovery', 0.99, 'Time to be back, p99'),
  'recovery.max': quantile('recovery', 1, 'Time to be back, longest'),

  'messages.due': count('none', 'Messages due', ({ messages }) => messages.due),
  'messages.sent': count('none', 'Messages sent', ({ messages }) => messages.sent),
  'messages.expected': count('none', 'Deliveries expected', ({ messages }) => messages.expected),
  'messages.received': count('higher', 'Deliveries received', ({ messages }) => messages.received),
  'messages.lost': count('lower', 'Deliveries lost', ({ messages }) => messages.lost),
  'messages.duplicated': count('lower', 'Deliveries duplicated', ({ messages }) => messages.duplicated),
  'messages.reordered': count('lower', 'Deliveries out of order', ({ messages }) => messages.reordered),
  'messages.superseded': count(
    'none',
    'Deliveries superseded by a newer value',
    ({ messages }) => messages.superseded ?? null,
  ),
  'messages.compressed': count('none', 'Came compressed', ({ messages }) => messages.compressed ?? null),
  'messages.perResponse': count('none', 'Messages per answer that carries any', ({ messages, requests }) =>
    requests.carrying === null ? null : ratio(messages.received, requests.carrying),
  ),
  // Without a message expected there is no delivery to speak of, which is not a rate of 0.
  'delivered.perSecond': metric('1/s', 'higher', 'Deliveries per second', ({ messages, measureMs }) =>
    messages.expected === 0 ? null : (messages.received * 1_000) / measureMs,
  ),

  'requests.total': count('lower', 'Requests', ({ requests }) => requests.total),
  'requests.empty': count('lower', 'Requests answered without a message', ({ requests }) => requests.empty),
  'connections.asked': count('none', 'Connections asked for', ({ connections }) => connections.asked),
  'connections.opened': count('higher', 'Connections opened', ({ connections }) => connections.opened),
  'connections.reopened': count(
    'lower',
    'Connections opened again',
    ({ connections }) => connections.reopened,
  ),
  'connections.failed': count(
    'lower',
    'Connections that could not be opened',
    ({ connections: { asked, opened } }) => asked - opened,
  ),
  'connections.accepted': count(
    'lower',
    'Connections that the server accepted',
    ({ connections }) => connections.accepted ?? null,
  ),
  'connections.established': count(
    'lower',
    'TCP connections that the clients opened',
    ({ connections }) => connections.established ?? null,
  ),
  'slow.receivedPercent': metric('%', 'higher', 'Received by the slow clients', ({ slow }) =>
    slow === null ? null : ratio(slow.received * 100, slow.expected),
  ),
  'slow.disconnected': count(
    'none',
    'Slow clients disconnected by the server',
    ({ slow }) => slow?.disconnected ?? null,
  ),

  'bytes.up': bytes('Bytes to the server', ({ bytes: { up } }) => shownBytes(up)),
  'bytes.down': bytes('Bytes to the clients', ({ bytes: { down } }) => shownBytes(down)),
  'bytes.payload': metric('B', 'none', 'Bytes of payload', payloadBytes),
  'bytes.framing': bytes('Bytes of framing', ({ bytes: { up, down } }) => up.framing + down.framing),
  'bytes.headers': bytes('Bytes of HTTP heads', ({ bytes: { up, down } }) => up.headers + down.headers),
  'bytes.handshake': bytes('Bytes of handshakes', ({ bytes: { up, down } }) => up.handshake + down.handshake),
  'bytes.control': bytes('Bytes of pings and closes', ({ bytes: { up, down } }) => up.control + down.control),
  'bytes.tls': bytes('Bytes of TLS records', ({ bytes: { up, down } }) => up.tls + down.tls),
  'bytes.perMessage': bytes('Bytes per message', (trial) => perMessage(wireBytes(trial), trial)),
  'bytes.overheadPerMessage': bytes('Bytes per message beyond the payload', (trial) =>
    perMessage(wireBytes(trial) - payloadBytes(trial), trial),
  ),
  'bytes.perConnectionSecond': bytes('Bytes per connection and second', (trial) =>
    // The bytes of slow clients are outside.
    ratio(
      (wireBytes(trial) * 1_000) / trial.measureMs,
      trial.connections.opened - (trial.slow?.clients ?? 0),
    ),
  ),

  'server.cpuUsPerMessage': metric('µs', 'lower', 'Server CPU per message', (trial) =>
    perMessage(cpuUs(serverOf(trial)), trial),
  ),
  'server.cpuPercent': metric('%', 'lower', 'Server CPU', (trial) => cpuPercent(serverOf(trial), trial)),
  'server.rssBytes': bytes('Server memory', (trial) => total(serverOf(trial), ({ rssBytes }) => rssBytes)),
  'server.rssBytesPerConnection': bytes('Server memory per connection', (trial) =>
    perConnection(grownBytes(serverOf(trial)), trial),
  ),
  'generator.cpuUsPerMessage': metric('µs', 'lower', 'Generator CPU per message', (trial) =>
    perMessage(cpuUs(generatorOf(trial)), trial),
  ),
  'generator.cpuPercent': metric('%', 'lower', 'Generator CPU', (trial) =>
    cpuPercent(generatorOf(trial), trial),
  ),
  // The publisher holds no subscriber's connection, so its memory would only blur the figure.
  'generator.rssBytesPerConnection': bytes('Generator memory per connection', (trial) =>
    perConnection(grownBytes(trial.processes.filter(({ role }) => role === 'worker')), trial),
  ),
  'generator.loopDelayP99': quantile('loopDelay', 0.99, 'Generator event loop delay, p99'),
} as const satisfies Readonly<Record<string, Metric>>;

/** The id of a metric. */
export type MetricId = keyof typeof METRICS;

/** All metric ids, in order. */
export const METRIC_IDS = Object.keys(METRICS) as readonly MetricId[];

/** The histogram of a trial, decoded once however many metrics and charts ask. */
export function histogramOf({ histograms }: Measurements, name: HistogramName): Histogram {
  let decoded = cache.get(histograms);
  if (decoded === undefined) {
    decoded = new Map();
    cache.set(histograms, decoded);
  }
  let histogram = decoded.get(name);
  if (histogram === undefined) {
    histogram = decodeHistogram(histograms[name]);
    decoded.set(name, histogram);
  }
  return histogram;
}

const cache = new WeakMap<Measurements['histograms'], Map<HistogramName, Histogram>>();

type Of = Metric['of'];

function metric(unit: Unit, better: Better, title: string, of: Of): Metric {
  return { unit, better, title, quantile: null, of };
}

function bytes(title: string, of: Of): Metric {
  return metric('B', 'lower', title, of);
}

function count(better: Better, title: string, of: Of): Metric {
  return metric('count', better, title, of);
}

function quantile(of: HistogramName, q: number, title: string): Metric {
  return {
    unit: 'µs',
    better: 'lower',
    title,
    // The maximum is the largest sample seen and claims nothing beyond.
    quantile: q === 1 ? null : { of, q },
    of: (trial) => quantileUs(histogramOf(trial, of), q),
  };
}

type DistributionName = 'latency' | 'service' | 'lateness';

/** The seven metrics of one histogram, under its name. */
function distribution<Name extends DistributionName>(name: Name, title: string) {
  return {
    [`${name}.mean`]: metric('µs', 'lower', `${title}, mean`, (trial) => meanUs(histogramOf(trial, name))),
    [`${name}.p50`]: quantile(name, 0.5, `${title}, median`),
    [`${name}.p90`]: quantile(name, 0.9, `${title}, p90`),
    [`${name}.p95`]: quantile(name, 0.95, `${title}, p95`),
    [`${name}.p99`]: quantile(name, 0.99, `${title}, p99`),
    [`${name}.p999`]: quantile(name, 0.999, `${title}, p99.9`),
    [`${name}.max`]: quantile(name, 1, `${title}, longest`),
  } as Readonly<Record<`${Name}.${'mean' | 'p50' | 'p90' | 'p95' | 'p99' | 'p999' | 'max'}`, Metric>>;
}

function shownBytes(direction: DirectionBytes): number {
  return SHOWN_ACCOUNTS.reduce((sum, account) => sum + direction[account], 0);
}

function wireBytes({ bytes: { up, down } }: Measurements): number {
  return shownBytes(up) + shownBytes(down);
}

function payloadBytes({ bytes: { up, down } }: Measurements): number {
  return up.payload + down.payload;
}

function serverOf({ processes }: Measurements): readonly ProcessUse[] {
  return processes.filter(({ role }) => role === 'server');
}

function generatorOf({ processes }: Measurements): readonly ProcessUse[] {
  return processes.filter(({ role }) => role !== 'server');
}

/** The sum over processes; `null` where none was watched, since a remote server has some use, not none. */
function total(processes: readonly ProcessUse[], of: (process: ProcessUse) => number): number | null {
  return processes.length === 0 ? null : processes.reduce((sum, process) => sum + of(process), 0);
}

function cpuUs(processes: readonly ProcessUse[]): number | null {
  return total(processes, (process) => process.cpuUs);
}

/** Of one core, so two busy cores are 200 %. */
function cpuPercent(processes: readonly ProcessUse[], { measureMs }: Measurements): number | null {
  const used = cpuUs(processes);
  return used === null ? null : (used / (measureMs * 1_000)) * 100;
}

/** From before the first client to the peak, which is no lower: a set that only shrank grew by nothing. */
function grownBytes(processes: readonly ProcessUse[]): number | null {
  return total(processes, ({ rssBytes, rssBeforeBytes }) => Math.max(0, rssBytes - rssBeforeBytes));
}

function perMessage(amount: number | null, { messages }: Measurements): number | null {
  return ratio(amount, messages.received);
}

function perConnection(amount: number | null, { connections }: Measurements): number | null {
  return ratio(amount, connections.opened);
}

function ratio(amount: number | null, by: number): number | null {
  return amount === null || by === 0 ? null : amount / by;
}

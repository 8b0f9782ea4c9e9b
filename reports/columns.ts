import type { Scenario, Workload } from '../scenarios/schema.ts';
import type { MetricId } from './metrics.ts';

/** One column of the table that compares the arms of a scenario. */
export interface Column {
  readonly metric: MetricId;
  /** Heading with room: HTML and Markdown, whose cells carry their units. */
  readonly title: string;
  /** Heading without: two short lines that name the unit, for text. */
  readonly narrow: readonly [string, string];
  /** From the metric's unit to the one that `narrow` names. */
  readonly divisor: number;
}

function column(metric: MetricId, title: string, narrow: readonly [string, string], divisor = 1): Column {
  return { metric, title, narrow, divisor };
}

const DELIVERY: readonly Column[] = [
  column('latency.p50', 'Latency p50', ['p50', 'ms'], 1_000),
  column('latency.p99', 'Latency p99', ['p99', 'ms'], 1_000),
  column('delivered.perSecond', 'Delivered', ['msgs', 'per s']),
  column('bytes.perMessage', 'Bytes per message', ['bytes', '/msg']),
  column('bytes.overheadPerMessage', 'of it overhead', ['over-', 'head']),
  column('requests.total', 'Requests', ['reqs', '']),
  column('messages.perResponse', 'Messages per answer', ['msgs', '/resp']),
  column('server.cpuUsPerMessage', 'Server CPU per message', ['CPU', 'µs']),
  column('server.rssBytesPerConnection', 'Memory per connection', ['mem', 'kB'], 1_000),
];

const STAYING: readonly Column[] = [
  column('connect.p50', 'Time to connect', ['connect', 'ms'], 1_000),
  column('connections.opened', 'Connections', ['conns', 'open']),
  column('connections.reopened', 'Opened again', ['opened', 'again']),
  column('bytes.perConnectionSecond', 'Bytes per connection and second', ['bytes', '/conn/s']),
  column('requests.total', 'Requests', ['reqs', '']),
  column('server.cpuPercent', 'Server CPU', ['CPU', '%']),
  column('server.rssBytesPerConnection', 'Memory per connection', ['mem', 'kB'], 1_000),
];

/** Where all connect at once, that is the question. */
const CONNECTING: readonly Column[] = [
  column('connect.p50', 'Time to connect, p50', ['conn', 'p50 ms'], 1_000),
  column('connect.p99', 'Time to connect, p99', ['conn', 'p99 ms'], 1_000),
  column('connect.max', 'Time to connect, longest', ['conn', 'max ms'], 1_000),
  column('connections.failed', 'Failed to connect', ['conns', 'failed']),
];

/** What there is room for beside it. */
const BESIDE_CONNECTING: readonly MetricId[] = [
  'latency.p50',
  'latency.p99',
  'bytes.perMessage',
  'bytes.perConnectionSecond',
  'server.cpuUsPerMessage',
  'server.cpuPercent',
  'server.rssBytesPerConnection',
];

/** Where clients read slowly: what the server keeps for them is no other connection's. */
const READING_SLOWLY: readonly Column[] = [
  ...DELIVERY.filter(
    ({ metric }) => metric !== 'bytes.overheadPerMessage' && metric !== 'server.rssBytesPerConnection',
  ),
  column('server.rssBytes', 'Server memory', ['RSS', 'MB'], 1_000_000),
];

const BY_WORKLOAD: Readonly<Record<Workload['kind'], readonly Column[]>> = {
  push: DELIVERY,
  request: DELIVERY,
  idle: STAYING,
};

/** The columns by which people compare the arms of a scenario. */
export function columnsOf({ workload, connecting, slow }: Scenario): readonly Column[] {
  const columns = BY_WORKLOAD[workload.kind];
  if (connecting === 'at-once') {
    return [...CONNECTING, ...columns.filter(({ metric }) => BESIDE_CONNECTING.includes(metric))];
  }
  // Only pushes have slow readers.
  return slow === null ? columns : READING_SLOWLY;
}

import type { Workload } from '../scenarios/schema.ts';
import type { MetricId } from './metrics.ts';
import type { ScenarioSummary } from './summary.ts';

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

const LATENCY: readonly Column[] = [
  column('latency.p50', 'Latency p50', ['p50', 'ms'], 1_000),
  column('latency.p99', 'Latency p99', ['p99', 'ms'], 1_000),
];

const RECOVERY: readonly Column[] = [
  column('recovery.p50', 'Back after, p50', ['back', 'p50 ms'], 1_000),
  column('recovery.p99', 'Back after, p99', ['back', 'p99 ms'], 1_000),
];

const CONNECTIONS: readonly Column[] = [
  column('connections.opened', 'Connections', ['conns', 'open']),
  column('connections.reopened', 'Opened again', ['opened', 'again']),
];

const CONNECT = column('connect.p50', 'Time to connect', ['connect', 'ms'], 1_000);
const BYTES = column('bytes.perMessage', 'Bytes per message', ['bytes', '/msg']);
const OVERHEAD = column('bytes.overheadPerMessage', 'Overhead per message', ['over-', 'head']);
const DELIVERED = column('delivered.perSecond', 'Delivered', ['msgs', 'per s']);
const REQUESTS = column('requests.total', 'Requests', ['reqs', '']);
const BATCH = column('messages.perResponse', 'Messages per answer', ['msgs', '/resp']);
const STAYING = column('bytes.perConnectionSecond', 'Bytes per connection and second', ['bytes', '/conn/s']);
const CPU_OF_MESSAGE = column('server.cpuUsPerMessage', 'Server CPU per message', ['CPU', 'µs']);
const CPU = column('server.cpuPercent', 'Server CPU', ['CPU', '%']);
const MEMORY = column('server.rssBytesPerConnection', 'Memory per connection', ['mem', 'kB'], 1_000);

/** Where all connect at once, that is the question. */
const CONNECTING: readonly Column[] = [
  column('connect.p50', 'Time to connect, p50', ['conn', 'p50 ms'], 1_000),
  column('connect.p99', 'Time to connect, p99', ['conn', 'p99 ms'], 1_000),
  column('connect.max', 'Time to connect, longest', ['conn', 'max ms'], 1_000),
  column('connections.failed', 'Failed to connect', ['conns', 'failed']),
];

/** The columns of a kind of workload. */
interface Table {
  readonly calm: readonly Column[];
  /** Where clients came back from interruptions; no more columns, since text has no room for them. */
  readonly interrupted: readonly Column[];
  readonly atOnce: readonly Column[];
}

const DELIVERY: Table = {
  calm: [...LATENCY, DELIVERED, BYTES, OVERHEAD, REQUESTS, BATCH, CPU_OF_MESSAGE, MEMORY],
  interrupted: [...LATENCY, ...RECOVERY, BYTES, REQUESTS, CPU_OF_MESSAGE, MEMORY],
  atOnce: [...CONNECTING, ...LATENCY, BYTES, CPU_OF_MESSAGE, MEMORY],
};

/** Where clients read slowly: what the server keeps for them is no other connection's. */
const READING_SLOWLY: readonly Column[] = [
  ...LATENCY,
  DELIVERED,
  BYTES,
  REQUESTS,
  BATCH,
  CPU_OF_MESSAGE,
  column('server.rssBytes', 'Server memory', ['RSS', 'MB'], 1_000_000),
];

const TABLES: Readonly<Record<Workload['kind'], Table>> = {
  push: DELIVERY,
  request: DELIVERY,
  idle: {
    calm: [CONNECT, ...CONNECTIONS, STAYING, REQUESTS, CPU, MEMORY],
    interrupted: [...CONNECTIONS, ...RECOVERY, STAYING, REQUESTS, CPU, MEMORY],
    atOnce: [...CONNECTING, STAYING, CPU, MEMORY],
  },
};

/** The columns by which people compare the arms of a scenario. */
export function columnsOf({
  scenario: { workload, connecting, slow },
  arms,
}: ScenarioSummary): readonly Column[] {
  // Only pushes have slow readers.
  if (slow !== null) return READING_SLOWLY;
  const table = TABLES[workload.kind];
  if (connecting === 'at-once') return table.atOnce;
  const cameBack = arms.some(({ rows }) => rows.has('recovery.max'));
  return cameBack ? table.interrupted : table.calm;
}

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
const OVERHEAD = column('bytes.overheadPerMessage', 'of it overhead', ['over-', 'head']);
const DELIVERED = column('delivered.perSecond', 'Delivered', ['msgs', 'per s']);
const REQUESTS = column('requests.total', 'Requests', ['reqs', '']);
const BATCH = column('messages.perResponse', 'Messages per answer', ['msgs', '/resp']);
const STAYING = column('bytes.perConnectionSecond', 'Bytes per connection and second', ['bytes', '/conn/s']);
const CPU_OF_MESSAGE = column('server.cpuUsPerMessage', 'Server CPU per message', ['CPU', 'µs']);
const CPU = column('server.cpuPercent', 'Server CPU', ['CPU', '%']);
const MEMORY = column('server.rssBytesPerConnection', 'Memory per connection', ['mem', 'kB'], 1_000);

/** The columns of a kind of workload. */
interface Table {
  readonly calm: readonly Column[];
  /** Where clients came back from interruptions; no more columns, since text has no room for them. */
  readonly interrupted: readonly Column[];
}

const DELIVERY: Table = {
  calm: [...LATENCY, DELIVERED, BYTES, OVERHEAD, REQUESTS, BATCH, CPU_OF_MESSAGE, MEMORY],
  interrupted: [...LATENCY, ...RECOVERY, BYTES, REQUESTS, CPU_OF_MESSAGE, MEMORY],
};

const TABLES: Readonly<Record<Workload['kind'], Table>> = {
  push: DELIVERY,
  request: DELIVERY,
  idle: {
    calm: [CONNECT, ...CONNECTIONS, STAYING, REQUESTS, CPU, MEMORY],
    interrupted: [...CONNECTIONS, ...RECOVERY, STAYING, REQUESTS, CPU, MEMORY],
  },
};

/** The columns by which people compare the arms of a scenario. */
export function columnsOf({ scenario, arms }: ScenarioSummary): readonly Column[] {
  const cameBack = arms.some(({ rows }) => rows.has('recovery.max'));
  return TABLES[scenario.workload.kind][cameBack ? 'interrupted' : 'calm'];
}

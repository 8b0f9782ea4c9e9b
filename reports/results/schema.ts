import { z } from 'zod';
import { scenarioSchema } from '../../scenarios/schema.ts';
import { TRANSPORTS } from '../../servers/contract.ts';

/**
 * The results file, `results.json`: everything that a run measured and everything one needs to
 * know to read it, with no statistics in it. Runners write it, reports read it, and nothing else
 * passes between them.
 */

/** The schema name that a results file carries. */
export const RESULTS_SCHEMA = 'wirebench/results@1';

/**
 * The accounts of the bytes on the wire. Every byte is in exactly one; `outside` holds what does
 * not belong to the measuring window and is not shown.
 */
export const ACCOUNTS = ['payload', 'framing', 'headers', 'handshake', 'control', 'tls', 'outside'] as const;

/** One of {@link ACCOUNTS}. */
export type Account = (typeof ACCOUNTS)[number];

/** The accounts that add up to the bytes of the measuring window. */
export const SHOWN_ACCOUNTS = ACCOUNTS.filter((account) => account !== 'outside');

const count = z.number().int().min(0);
const bytes = count;
const text = z.string().max(10_000);

const direction = z.strictObject({
  payload: bytes,
  framing: bytes,
  headers: bytes,
  handshake: bytes,
  control: bytes,
  tls: bytes,
  outside: bytes,
});

/** An HdrHistogram of microseconds, 3 significant digits, V2 compressed, base64. */
const histogram = z.string().max(4_000_000);

const interval = z.strictObject({
  /** From the start of the measuring phase to the start of this interval. */
  startMs: z.number().min(0),
  /** Messages expected by subscribers that were due in this interval. */
  expected: count,
  /** Latency of the messages that were due in this interval; its count is what was received. */
  latency: histogram,
});

const processUse = z.strictObject({
  role: z.enum(['server', 'publisher', 'worker']),
  /** User and system time in the measuring phase. */
  cpuUs: z.number().min(0),
  /** Largest resident set seen in the measuring phase. */
  rssBytes: bytes,
  /** Resident set before the first client connected. */
  rssBeforeBytes: bytes,
});

const measurements = z.strictObject({
  /** Length of the measuring phase as the plan has it; rates divide by it. */
  measureMs: z.number().positive(),
  histograms: z.strictObject({
    /** Received − due. */
    latency: histogram,
    /** Received − sent. */
    service: histogram,
    /** Sent − due: the harness itself. */
    lateness: histogram,
    /** connect() to subscribed, of every client. */
    connect: histogram,
    /** How late the timers of the generator's event loops fired. */
    loopDelay: histogram,
  }),
  intervals: z.array(interval).max(10_000),
  messages: z.strictObject({
    due: count,
    sent: count,
    unsent: count,
    expected: count,
    received: count,
    lost: count,
    duplicated: count,
    reordered: count,
    /** Samples whose latency came out below zero; they are in no histogram. */
    negative: count,
  }),
  requests: z.strictObject({
    total: count,
    empty: count,
    /** Answers that carried at least one message; `null` where messages come by a stream or a socket. */
    carrying: count.nullable(),
  }),
  connections: z.strictObject({ asked: count, opened: count, reopened: count }),
  /**
   * The clients that the scenario lets read slowly, and what they got; `null` where it has none. Nothing
   * of theirs is in `messages`, `requests`, `intervals` and the histograms but the time to connect; their
   * bytes are all in `outside`.
   */
  slow: z
    .strictObject({
      clients: count,
      /** Messages due in the measuring phase that were meant for them, and those that reached them before the end. */
      expected: count,
      received: count,
      /** Connections of theirs that the server ended: it may defend itself against them. */
      disconnected: count,
    })
    .nullable()
    .default(null),
  bytes: z.strictObject({ up: direction, down: direction }),
  /** What the subscribers' sockets counted: the sum of all accounts, `outside` included. */
  sockets: z.strictObject({ up: bytes, down: bytes }),
  /** What the operating system says of the processes; none of the server's where it runs elsewhere. */
  processes: z.array(processUse),
  /** Share of the cores' time that the host of a virtual machine gave to others; `null` where nobody can say. */
  stolenCpuShare: z.number().min(0).max(1).nullable(),
  /** Answers and streams that broke the protocol or ended early, by reason. */
  faults: z.record(text, count),
});

/** What makes a trial's numbers wrong (`invalid`) or weak (`doubtful`). */
export const WARNING_CODES = [
  'lost',
  'duplicated',
  'reordered',
  'unsent',
  'surplus',
  'connections',
  'negative-latency',
  'nothing-measured',
  'unaccounted-bytes',
  'faults',
  'late-generator',
  'busy-generator',
  'busy-server',
  'crowded-cores',
  'stolen-cpu',
  'aliased-phases',
  'few-samples',
] as const;

const warning = z.strictObject({
  code: z.enum(WARNING_CODES),
  level: z.enum(['invalid', 'doubtful']),
  /** The evidence in one sentence, with its numbers. */
  message: text,
});

const stage = z.enum(['server', 'generator', 'connect', 'warmup', 'measure', 'drain', 'stop']);

const outcome = z.discriminatedUnion('status', [
  z.strictObject({
    status: z.literal('completed'),
    validity: z.enum(['valid', 'doubtful', 'invalid']),
    warnings: z.array(warning),
    measurements,
  }),
  z.strictObject({ status: z.literal('failed'), stage, reason: text }),
  z.strictObject({ status: z.literal('skipped'), reason: text }),
]);

const trial = z.strictObject({
  scenario: scenarioSchema,
  transport: z.enum(TRANSPORTS),
  server: text,
  /** The block this trial belongs to, from 0; a block runs every arm once. */
  block: count,
  /** Position in the order of the whole run, from 0. */
  order: count,
  /** Seed of this trial's due times and phases. */
  seed: count,
  /** When it began, ISO 8601. */
  startedAt: text,
  outcome,
});

const environment = z.strictObject({
  cpuModel: text,
  cores: count,
  memoryBytes: bytes,
  platform: text,
  kernel: text,
  node: text,
});

/** What autocannon found: how many plain requests the same server can answer, closed loop. */
const ceiling = z.strictObject({
  server: text,
  tool: text,
  connections: count,
  durationMs: z.number().positive(),
  requestsPerSecond: z.number().min(0),
  errors: count,
});

/** The schema of a results file. */
export const resultsSchema = z.strictObject({
  schema: z.literal(RESULTS_SCHEMA),
  tool: z.strictObject({ name: text, version: text }),
  startedAt: text,
  commandLine: z.array(text),
  /** Seed of the order of trials; trials carry their own, derived from it. */
  seed: count,
  environment,
  /** What was asked for, in the order in which it was: a run that was ended early has fewer trials. */
  comparison: z.strictObject({
    scenarios: z.array(text).max(1_000),
    transports: z.array(z.enum(TRANSPORTS)),
    servers: z.array(text).max(1_000),
    trials: count,
  }),
  /** Versions of what served and what measured, by name. */
  versions: z.record(text, text),
  ceilings: z.array(ceiling),
  trials: z.array(trial).max(100_000),
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A whole results file. */
export type Results = DeepReadonly<z.output<typeof resultsSchema>>;
/** One trial: one scenario, one transport, one server, once. */
export type Trial = Results['trials'][number];
/** How a trial ended; there is no fourth way out. */
export type Outcome = Trial['outcome'];
/** A trial that ran to its end. */
export type Completed = Extract<Outcome, { status: 'completed' }>;
/** Where a failed trial stopped. */
export type Stage = Extract<Outcome, { status: 'failed' }>['stage'];
/** Everything that a completed trial measured. */
export type Measurements = Completed['measurements'];
/** What the slow clients got. */
export type SlowShare = NonNullable<Measurements['slow']>;
/** One direction's bytes, by account. */
export type DirectionBytes = Measurements['bytes']['up'];
/** What one process used. */
export type ProcessUse = Measurements['processes'][number];
/** A typed reason to distrust a trial. */
export type Warning = Completed['warnings'][number];
/** One of {@link WARNING_CODES}. */
export type WarningCode = Warning['code'];
/** The machine that measured. */
export type Environment = Results['environment'];
/** autocannon's figure for one server. */
export type Ceiling = Results['ceilings'][number];

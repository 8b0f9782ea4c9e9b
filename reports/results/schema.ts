import { z } from 'zod';
import { scenarioSchema } from '../../scenarios/schema.ts';
import { TRANSPORTS } from '../../servers/contract.ts';
import { capacityOf } from './capacity.ts';
import { bytes, count, measurements, stage, text } from './measurements.ts';

export { ACCOUNTS, type Account, SHOWN_ACCOUNTS } from './measurements.ts';

/**
 * The results file, `results.json`: everything that a run measured and everything one needs to
 * know to read it, with no statistics in it. Runners write it, reports read it, and nothing else
 * passes between them.
 */

/** The schema name that a results file carries. */
export const RESULTS_SCHEMA = 'wirebench/results@1';

/** What makes a trial's numbers wrong (`invalid`) or weak (`doubtful`). */
export const WARNING_CODES = [
  'lost',
  'duplicated',
  'reordered',
  'unsent',
  'surplus',
  'connections',
  'unrecovered',
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
  'not-compressed',
] as const;

const warning = z.strictObject({
  code: z.enum(WARNING_CODES),
  level: z.enum(['invalid', 'doubtful']),
  /** The evidence in one sentence, with its numbers. */
  message: text,
});

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

/** The machine that measured. */
export const environment = z.strictObject({
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
    /** Servers whose certificates were not checked, by name; absent where all were. */
    unverified: z.array(text).max(1_000).optional(),
  }),
  /** Versions of what served and what measured, by name. */
  versions: z.record(text, text),
  ceilings: z.array(ceiling),
  trials: z.array(trial).max(100_000),
  /** Blocks that were measured again, and what they had come to at first: kept, and in no number. */
  repeated: z
    .array(z.strictObject({ block: count, trials: z.array(trial).max(100_000) }))
    .max(1_000)
    .exactOptional(),
  /** Searches for a capacity; a run has none. */
  capacities: z.array(capacityOf(trial)).max(1_000).exactOptional(),
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
/** One search for a capacity. */
export type Capacity = NonNullable<Results['capacities']>[number];
/** One step of a search: a trial at a load, and what it says of the server. */
export type CapacityStep = Capacity['steps'][number];
/** autocannon's figure for one server. */
export type Ceiling = Results['ceilings'][number];

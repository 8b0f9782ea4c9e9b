import { z } from 'zod';
import { TRANSPORTS } from '../../servers/contract.ts';
import { count, text } from '../results/measurements.ts';
import { environment } from '../results/schema.ts';

/**
 * The history, `history.ndjson`: one line of JSON for each run, so that a run is added by one write and a
 * damaged line costs one run. A line has what outlives its results file: each trial's metrics, and each
 * arm's histograms, encoded. They are in the line rather than referred to because results folders get
 * deleted, and because they are small beside those files.
 */

/** The schema name that every line carries. */
export const HISTORY_SCHEMA = 'wirebench/history@1';

const histogram = z.string().max(4_000_000);

const arm = z.strictObject({
  scenario: text,
  /** Of the whole scenario: two of one name that ask different things are not one series. */
  scenarioHash: text,
  transport: z.enum(TRANSPORTS),
  server: text,
  /** Trials that completed and are not invalid; only they are in the numbers. */
  trials: count,
  /** Trials that failed or are invalid. */
  leftOut: count,
  /** One number a trial, in the order of blocks; a trial without one has none. */
  metrics: z.record(text, z.array(z.number())),
  /** Of all trials together: exact, since histograms add. */
  histograms: z.strictObject({
    latency: histogram,
    service: histogram,
    lateness: histogram,
    connect: histogram,
    recovery: histogram,
  }),
});

/** One line. */
export const historySchema = z.strictObject({
  schema: z.literal(HISTORY_SCHEMA),
  startedAt: z.iso.datetime(),
  tool: z.strictObject({ name: text, version: text }),
  /** What was measured, as in a commit; `null` where nobody said. */
  label: text.nullable(),
  seed: count,
  environment,
  arms: z.array(arm).max(10_000),
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** One run of the history. */
export type HistoryEntry = DeepReadonly<z.output<typeof historySchema>>;
/** What a run says of one scenario, transport and server. */
export type HistoryArm = HistoryEntry['arms'][number];
/** A histogram that the history keeps. */
export type KeptHistogram = keyof HistoryArm['histograms'];

import { z } from 'zod';
import { TRANSPORTS } from '../../servers/contract.ts';
import { text } from './measurements.ts';

/**
 * The part of the results file that holds searches for a capacity. A search is a sequence of trials at
 * different loads, which nothing averages: its trials are in it and not among the trials of the run.
 * Searches of several files stand side by side; nothing of them adds.
 */

/** What a search turns up and down: messages per second of each source, or clients. */
export const LOAD_KINDS = ['rate', 'connections'] as const;

/**
 * What a step says of the server at its load.
 *
 * - `met`: every objective was met.
 * - `missed`: one was not, and the harness was not the reason.
 * - `generator`: the load generator was the limit, so the step says nothing of the server.
 * - `disturbed`: an objective was missed while the machine had others to serve.
 * - `untold`: an objective has no number, or one that the samples do not carry.
 * - `failed`: the trial did not come to its end, or its numbers contradict each other.
 * - `skipped`: the server or the transport has no such thing to measure.
 */
export const STEP_VERDICTS = [
  'met',
  'missed',
  'generator',
  'disturbed',
  'untold',
  'failed',
  'skipped',
] as const;

const load = z.number().positive();

const answer = z.discriminatedUnion('kind', [
  /** The highest load that met every objective, and the lowest that did not, within the precision asked for. */
  z.strictObject({ kind: z.literal('found'), load, missedAt: load }),
  /** A load that met every objective, and why no higher one is known that did not. */
  z.strictObject({
    kind: z.literal('at-least'),
    load,
    because: z.enum(['top', 'generator', 'disturbed', 'untold', 'failed', 'interrupted']),
    /** The load at which the search had to give up; `null` where none was tried above. */
    at: load.nullable(),
  }),
  /** Even the lowest load missed an objective. */
  z.strictObject({ kind: z.literal('below'), load }),
  /** Nothing is known of the server. */
  z.strictObject({
    kind: z.literal('unknown'),
    because: z.enum(['generator', 'disturbed', 'untold', 'failed', 'interrupted', 'skipped']),
  }),
]);

/**
 * The schema of one search.
 *
 * @param trial the schema of a trial, as a run has them.
 */
export function capacityOf<T extends z.ZodType>(trial: T) {
  return z.strictObject({
    scenario: text,
    transport: z.enum(TRANSPORTS),
    server: text,
    by: z.enum(LOAD_KINDS),
    /** As they can be read again: `latency.p99 <= 100 ms`. */
    objectives: z.array(text).min(1).max(100),
    range: z.strictObject({ from: load, to: load, precision: z.number().positive() }),
    /** In the order in which they were run. */
    steps: z
      .array(
        z.strictObject({
          load,
          verdict: z.enum(STEP_VERDICTS),
          /** Why, each in a few words; none where everything was met. */
          reasons: z.array(text).max(1_000),
          trial,
        }),
      )
      .max(1_000),
    /** As far as it is known after these steps. */
    answer,
  });
}

/** What a search turns. */
export type LoadKind = (typeof LOAD_KINDS)[number];
/** One of {@link STEP_VERDICTS}. */
export type StepVerdict = (typeof STEP_VERDICTS)[number];
/** What a search has found. */
export type CapacityAnswer = Readonly<z.output<typeof answer>>;

import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { TRANSPORTS } from '../../servers/contract.ts';
import { LOAD_KINDS, STEP_VERDICTS } from './capacity.ts';
import { count, stage, text } from './measurements.ts';

/**
 * How far a run or a search in flight is, in a file beside its results, for whoever looks at the folder meanwhile. It is
 * replaced as a whole, also when nothing changed, and removed at the end.
 */

/** What the file is called. */
export const PROGRESS_FILE = 'progress.json';

/** The schema name that it carries. */
export const PROGRESS_SCHEMA = 'wirebench/progress@1';

/** It is written again at least this often, so that a run that was killed can be told from one that is long. */
export const PROGRESS_EVERY_MS = 2_000;

/** A run that wrote nothing for this long is not in flight any more: five times what it takes at most. */
const SILENT_MS = 5 * PROGRESS_EVERY_MS;

/** A file of a thousand names of scenarios is a tenth of this. */
const MAX_BYTES = 1_000_000;

const names = z.array(text).max(1_000);

const common = {
  schema: z.literal(PROGRESS_SCHEMA),
  /** ISO 8601, as all times here. */
  startedAt: text,
  updatedAt: text,
  scenarios: names,
  transports: z.array(z.enum(TRANSPORTS)),
  servers: names,
  /** Longest time until the last trial has ended if all goes well, at `updatedAt`. */
  leftMs: z.number().min(0),
};

const beginning = z.strictObject({ what: z.literal('beginning') });

/** What is measured, and how far that is. */
const trial = {
  scenario: text,
  transport: z.enum(TRANSPORTS),
  server: text,
  /** `null` before the first one. */
  stage: stage.nullable(),
};

const runSchema = z.strictObject({
  ...common,
  /** Trials that are planned. */
  planned: count,
  /** Trials that have ended, by how they did. */
  ended: z.strictObject({
    valid: count,
    doubtful: count,
    invalid: count,
    failed: count,
    skipped: count,
  }),
  doing: z.discriminatedUnion('what', [
    beginning,
    z.strictObject({ what: z.literal('ceiling'), server: text }),
    /** Its number is from 1. */
    z.strictObject({ what: z.literal('trial'), number: count, ...trial }),
  ]),
});

const load = z.number().positive();

const searchSchema = z.strictObject({
  ...common,
  /** Searches for a capacity that are planned. */
  searches: count,
  doing: z.discriminatedUnion('what', [
    beginning,
    z.strictObject({
      what: z.literal('step'),
      /** The number of its search, from 1. */
      search: count,
      ...trial,
      by: z.enum(LOAD_KINDS),
      load,
      /** How many have that load each, where it is a rate. */
      sources: count,
      /** The steps of this search that have ended, in order. */
      ended: z.array(z.strictObject({ load, verdict: z.enum(STEP_VERDICTS) })).max(1_000),
    }),
  ]),
});

const progressSchema = z.union([runSchema, searchSchema]);

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** How far a run is. */
export type RunProgress = DeepReadonly<z.output<typeof runSchema>>;
/** How far searches for a capacity are. */
export type SearchProgress = DeepReadonly<z.output<typeof searchSchema>>;
/** How far either is; only searches have `searches`. */
export type Progress = RunProgress | SearchProgress;

/** The text of the file. */
export function progressText(progress: Progress): string {
  return `${JSON.stringify(progress)}\n`;
}

/** What a progress file says; `null` where there is none, or none that can be read. */
export async function readProgress(path: string): Promise<Progress | null> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) return null;
    return progressSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Of another version, damaged or gone by now: nothing that can be shown hangs on it.
    return null;
  }
}

/** Whether a run still writes. A clock that was set back must not keep a dead one alive. */
export function isInFlight({ updatedAt }: Progress, now: Date): boolean {
  return Math.abs(now.getTime() - Date.parse(updatedAt)) <= SILENT_MS;
}

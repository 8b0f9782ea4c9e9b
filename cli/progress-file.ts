import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  PROGRESS_EVERY_MS,
  PROGRESS_FILE,
  PROGRESS_SCHEMA,
  type Progress,
  progressText,
  type RunProgress,
  type SearchProgress,
} from '../reports/results/progress.ts';
import type { Transport } from '../servers/contract.ts';
import type { Rooms } from './rooms.ts';

/** How often the file is looked after: what changed is in it after this time at most. */
const LOOK_EVERY_MS = 250;

type Added = 'schema' | 'startedAt' | 'updatedAt';

/** What a run or a search says of itself in its progress file. */
export type Said = Omit<RunProgress, Added> | Omit<SearchProgress, Added>;

/** How far a run or a search is, by what happened in it. */
export interface Standing<Event> {
  readonly onEvent: (event: Event) => void;
  readonly at: (now: Date) => Said;
}

/** A trial that is planned, or a search. */
interface Arm {
  readonly scenario: { readonly name: string };
  readonly transport: Transport;
  readonly server: { readonly name: string };
}

/** What is measured, each name once. */
export function measuredIn(arms: readonly Arm[]): Pick<Progress, 'scenarios' | 'transports' | 'servers'> {
  const distinct = <T>(of: (arm: Arm) => T) => [...new Set(arms.map(of))];
  return {
    scenarios: distinct(({ scenario }) => scenario.name),
    transports: distinct(({ transport }) => transport),
    servers: distinct(({ server }) => server.name),
  };
}

/** What a progress file needs to know. */
export interface ProgressFileOptions<Event> {
  readonly standing: Standing<Event>;
  /** Folder of the run. */
  readonly folder: string;
  readonly now: () => Date;
  readonly writeFileAtomic: Rooms['writeFileAtomic'];
  /** Told once that it cannot be written, after which it is not tried again: the run goes on without. */
  readonly onError: (error: Error) => void;
}

/** A progress file. */
export interface ProgressFile<Event> {
  readonly onEvent: (event: Event) => void;
  /** Takes the file away. */
  readonly end: () => Promise<void>;
}

/** Keeps `progress.json` in the folder of a run or a search as long as it is in flight, for `view` to show it. */
export function keepProgressFile<Event>({
  standing,
  folder,
  now,
  writeFileAtomic,
  onError,
}: ProgressFileOptions<Event>): ProgressFile<Event> {
  const path = join(folder, PROGRESS_FILE);
  const startedAt = now().toISOString();
  let isChanged = true;
  let writtenMs = Number.NEGATIVE_INFINITY;
  let writing: Promise<void> | null = null;

  const write = async () => {
    isChanged = false;
    writtenMs = performance.now();
    const at = now();
    const progress: Progress = {
      schema: PROGRESS_SCHEMA,
      startedAt,
      updatedAt: at.toISOString(),
      ...standing.at(at),
    };
    try {
      await writeFileAtomic(path, progressText(progress), false);
    } catch (error) {
      clearInterval(timer);
      onError(error instanceof Error ? error : new Error(String(error)));
    }
  };
  const look = () => {
    if (writing !== null) return;
    if (!isChanged && performance.now() - writtenMs < PROGRESS_EVERY_MS) return;
    writing = write().finally(() => {
      writing = null;
    });
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  look();

  return {
    onEvent(event) {
      standing.onEvent(event);
      isChanged = true;
    },
    async end() {
      clearInterval(timer);
      await writing;
      await rm(path, { force: true });
    },
  };
}

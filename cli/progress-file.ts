import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  PROGRESS_EVERY_MS,
  PROGRESS_FILE,
  PROGRESS_SCHEMA,
  type Progress,
  progressText,
} from '../reports/results/progress.ts';
import type { Outcome } from '../reports/results/schema.ts';
import type { PlannedTrial } from '../runners/plan.ts';
import type { RunEvent } from '../runners/run.ts';
import { timeLeftMs } from './progress.ts';
import type { Rooms } from './rooms.ts';

/** How often the file is looked after: what changed is in it after this time at most. */
const LOOK_EVERY_MS = 250;

/** What a progress file needs to know. */
export interface ProgressFileOptions {
  readonly plan: readonly PlannedTrial[];
  /** Folder of the run. */
  readonly folder: string;
  readonly now: () => Date;
  readonly writeFileAtomic: Rooms['writeFileAtomic'];
  /** Told once that it cannot be written, after which it is not tried again: the run goes on without. */
  readonly onError: (error: Error) => void;
}

/** A run's progress file. */
export interface ProgressFile {
  readonly onEvent: (event: RunEvent) => void;
  /** Takes the file away. */
  readonly end: () => Promise<void>;
}

/** Keeps `progress.json` in the folder of a run as long as it is in flight, for `view` to show it. */
export function keepProgressFile({
  plan,
  folder,
  now,
  writeFileAtomic,
  onError,
}: ProgressFileOptions): ProgressFile {
  const path = join(folder, PROGRESS_FILE);
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  const startedAt = now().toISOString();
  const scenarios = distinct(plan.map(({ scenario }) => scenario.name));
  const transports = distinct(plan.map(({ transport }) => transport));
  const servers = distinct(plan.map(({ server }) => server.name));
  const ended = { valid: 0, doubtful: 0, invalid: 0, failed: 0, skipped: 0 };
  let doing: Progress['doing'] = { what: 'beginning' };
  let current = -1;
  let trialStartedMs = now().getTime();
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
      ...{ scenarios, transports, servers },
      planned: plan.length,
      ended: { ...ended },
      doing,
      leftMs: timeLeftMs(plan, current, at.getTime() - trialStartedMs),
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
      switch (event.kind) {
        case 'ceiling':
          doing = { what: 'ceiling', server: event.server };
          break;
        case 'trial':
        case 'stage': {
          const { scenario, transport, server, order } = event.trial;
          if (event.kind === 'trial') {
            current = order;
            trialStartedMs = now().getTime();
          }
          const stage = event.kind === 'stage' ? event.stage : null;
          const names = { scenario: scenario.name, transport, server: server.name };
          doing = { what: 'trial', number: order + 1, ...names, stage };
          break;
        }
        case 'trial-done':
          ended[wordOf(event.trial.outcome)] += 1;
          break;
        case 'ceiling-done':
        case 'ceiling-failed':
        case 'beyond-machine':
          return;
      }
      isChanged = true;
    },
    async end() {
      clearInterval(timer);
      await writing;
      await rm(path, { force: true });
    },
  };
}

function wordOf(outcome: Outcome): keyof Progress['ended'] {
  return outcome.status === 'completed' ? outcome.validity : outcome.status;
}

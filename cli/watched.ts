import type { Results } from '../reports/results/schema.ts';
import type { CapacityEvent, CapacityOptions } from '../runners/capacity/capacity.ts';
import { planTrials } from '../runners/plan.ts';
import type { RunEvent, RunOptions } from '../runners/run.ts';
import type { Io } from './command.ts';
import { type ProgressLine, showProgress } from './progress.ts';
import { keepProgressFile, type Standing } from './progress-file.ts';
import type { Rooms } from './rooms.ts';
import { runStanding } from './run-standing.ts';

/** Where it is told how a run or a search goes. */
export interface Told {
  /** Nothing on standard error. */
  readonly quiet: boolean;
  /** Its folder, which gets a progress file; `null` for a run without one. */
  readonly folder: string | null;
}

/** Runs, and tells how it goes: on standard error, and in the folder of the run for others to see. */
export function watchedRun(options: RunOptions, told: Told, io: Io, rooms: Rooms): Promise<Results> {
  const plan = planTrials(options);
  const { now, stderr: output } = io;
  const follow = {
    line: () => showProgress({ plan, output, now }),
    standing: runStanding(plan, now),
    kept: 'trials',
    measure: (onEvent: (event: RunEvent) => void) => rooms.run({ ...options, onEvent }),
  };
  return watched(follow, options.signal, told, io, rooms);
}

/** Searches for capacities, and tells how it goes in the same places. */
export async function watchedSearch(
  options: CapacityOptions,
  told: Told,
  io: Io,
  rooms: Rooms,
): Promise<Results> {
  const { capacityProgress } = await import('./capacity-progress.ts');
  const { searchStanding } = await import('./search-standing.ts');
  const { now, stderr: output } = io;
  const follow = {
    line: () => capacityProgress({ output, now }),
    standing: searchStanding(options.searches, now),
    kept: 'steps',
    measure: (onEvent: (event: CapacityEvent) => void) => rooms.measureCapacity({ ...options, onEvent }),
  };
  return watched(follow, options.signal, told, io, rooms);
}

/** A measurement, and how to follow it. */
interface Followed<Event> {
  readonly line: () => ProgressLine<Event>;
  readonly standing: Standing<Event>;
  /** What of it is kept when it is interrupted. */
  readonly kept: string;
  readonly measure: (onEvent: (event: Event) => void) => Promise<Results>;
}

async function watched<Event>(
  { line: showLine, standing, kept, measure }: Followed<Event>,
  signal: AbortSignal | undefined,
  { quiet, folder }: Told,
  { now }: Io,
  { writeFileAtomic }: Rooms,
): Promise<Results> {
  const line = quiet ? null : showLine();
  const onError = ({ message }: Error) => line?.say(`${message}; view will not show this until it has ended`);
  const file = folder === null ? null : keepProgressFile({ standing, folder, now, writeFileAtomic, onError });
  signal?.addEventListener('abort', () => line?.say(`stopping; the finished ${kept} are kept`), {
    once: true,
  });
  try {
    return await measure((event) => {
      line?.onEvent(event);
      file?.onEvent(event);
    });
  } finally {
    line?.end();
    await file?.end();
  }
}

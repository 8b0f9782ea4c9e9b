import type { Results } from '../reports/results/schema.ts';
import { planTrials } from '../runners/plan.ts';
import type { RunOptions } from '../runners/run.ts';
import type { Io } from './command.ts';
import { showProgress } from './progress.ts';
import { keepProgressFile } from './progress-file.ts';
import type { Rooms } from './rooms.ts';

/** Where the progress of a run is told. */
export interface Told {
  /** Nothing on standard error. */
  readonly quiet: boolean;
  /** Folder of the run, which gets a progress file; `null` for a run without one. */
  readonly folder: string | null;
}

/** Runs, and tells how it goes: on standard error, and in the folder of the run for others to see. */
export async function watchedRun(
  options: RunOptions,
  { quiet, folder }: Told,
  io: Io,
  rooms: Rooms,
): Promise<Results> {
  const plan = planTrials(options);
  const line = quiet ? null : showProgress({ plan, output: io.stderr, now: io.now });
  const { writeFileAtomic } = rooms;
  const onError = ({ message }: Error) => line?.say(`${message}; view will not show this run until it ended`);
  const file =
    folder === null ? null : keepProgressFile({ plan, folder, now: io.now, writeFileAtomic, onError });
  options.signal?.addEventListener('abort', () => line?.say('stopping; the finished trials are kept'), {
    once: true,
  });
  try {
    return await rooms.run({
      ...options,
      onEvent(event) {
        line?.onEvent(event);
        file?.onEvent(event);
      },
    });
  } finally {
    line?.end();
    await file?.end();
  }
}

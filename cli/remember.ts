import type { Results } from '../reports/results/schema.ts';
import type { Io } from './command.ts';
import { historyPath } from './out-folder.ts';
import type { Rooms } from './rooms.ts';

/** Adds a run to the history: to the one that is named, else to that of the folder where runs go by themselves. */
export async function remember(
  results: Results,
  { history, out }: { readonly history?: string | undefined; readonly out?: string | undefined },
  io: Io,
  rooms: Rooms,
): Promise<void> {
  if (history === undefined && out !== undefined) return;
  // GitHub's name for the commit that a job runs on.
  const label = io.env['WIREBENCH_LABEL'] ?? io.env['GITHUB_SHA']?.slice(0, 12) ?? null;
  await rooms.appendHistory(historyPath(history, io.cwd), results, label);
}

import type { Results } from '../results/schema.ts';
import { appendLine } from '../results/write.ts';
import { entryOf, historyLine } from './entry.ts';

/**
 * Adds a run to a history file. One in which no trial completed says nothing and is not added.
 *
 * @param label what was measured, such as a commit; `null` where nobody says.
 * @throws WriteError
 */
export async function appendHistory(path: string, results: Results, label: string | null): Promise<void> {
  if (results.trials.every(({ outcome }) => outcome.status !== 'completed')) return;
  await appendLine(path, historyLine(entryOf(results, label)));
}

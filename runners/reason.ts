import { LaunchError } from '../servers/launch.ts';

/** What went wrong, for a result: one sentence, with the last words of a server that did not come up. */
export function reasonOf(error: unknown): string {
  if (error instanceof LaunchError) return error.message + lastWords(error.evidence);
  return error instanceof Error ? error.message : String(error);
}

/** The last lines that a server said, as the end of a sentence; empty if it said nothing. */
export function lastWords(log: readonly string[]): string {
  return log.length === 0 ? '' : `; its last output: ${log.slice(-3).join(' | ')}`;
}

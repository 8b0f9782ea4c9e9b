import { LaunchError } from '../servers/launch.ts';

/** What went wrong, for a result: one sentence, with the last words of a server that did not come up. */
export function reasonOf(error: unknown): string {
  if (error instanceof LaunchError) return error.message + lastWords(error.evidence);
  return error instanceof Error ? error.message : String(error);
}

/** The last lines that a server said, as the end of a sentence; empty if it said nothing. */
export function lastWords(log: readonly string[]): string {
  if (log.length === 0) return '';
  // Node prints where an error came from, and its own version, behind what was wrong.
  const error = log.findLast((line) => ERROR.test(line));
  return `; its last output: ${error?.trim() ?? log.slice(-3).join(' | ')}`;
}

/** How Node, Python and nginx begin the line that says what was wrong. */
const ERROR = /^\s*([A-Z]\w*)?(Error|Exception)\b.*:|\[(emerg|alert|crit)\]/;

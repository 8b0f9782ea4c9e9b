import { AdapterError } from '../../guarded-dialect.ts';

/** What it was that an adapter could not read, or did wrong, in a line. */
export function notUnderstood(error: unknown): string {
  if (error instanceof AdapterError) return error.message;
  return `the adapter did not understand: ${error instanceof Error ? error.message : String(error)}`;
}

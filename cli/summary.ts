import type { Results } from '../reports/results/schema.ts';
import type { Io } from './command.ts';
import type { Rooms } from './rooms.ts';

/** Prints the report of a run on stdout: for people, as wide as their terminal, or as JSON. */
export async function printSummary(results: Results, json: boolean, io: Io, rooms: Rooms): Promise<void> {
  io.stdout.write(await rooms.renderReport(results, json ? 'json' : 'text', textOptions(io)));
}

/** How text is drawn on this output (https://no-color.org). */
export function textOptions({ stdout, env }: Io): { readonly color: boolean; readonly width: number } {
  return { color: stdout.isTTY === true && !env['NO_COLOR'], width: stdout.columns ?? 100 };
}

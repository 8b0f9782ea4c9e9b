import type { Results } from '../reports/results/schema.ts';
import type { Io } from './command.ts';
import type { Rooms } from './rooms.ts';

/** Prints the report of a run on stdout: the table for people, or JSON for programs. */
export async function printSummary(results: Results, json: boolean, io: Io, rooms: Rooms): Promise<void> {
  io.stdout.write(await rooms.renderReport(results, json ? 'json' : 'text', { colour: wantsColour(io) }));
}

/** Whether standard output shows colours, and people want them (https://no-color.org). */
export function wantsColour({ stdout, env }: Io): boolean {
  return stdout.isTTY === true && !env['NO_COLOR'];
}

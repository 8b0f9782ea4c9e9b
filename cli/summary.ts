import type { Results } from '../reports/results/schema.ts';
import type { Io } from './command.ts';
import { linkLatest, type OutFolder } from './out-folder.ts';
import type { Rooms } from './rooms.ts';
import { terminalOf } from './terminal.ts';

/** Prints the report of a run on stdout: the table for people, or JSON for programs. */
export async function printSummary(results: Results, json: boolean, io: Io, rooms: Rooms): Promise<void> {
  io.stdout.write(await rooms.renderReport(results, json ? 'json' : 'text', terminalOf(io)));
}

/** What `run` and `capacity` do with what they measured. */
interface PublishFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly out?: string | undefined;
}

/** Prints the report, writes the HTML beside the results, and says where both are. */
export async function publish(
  results: Results,
  folder: OutFolder,
  { json, quiet, out }: PublishFlags,
  io: Io,
  rooms: Rooms,
): Promise<void> {
  await printSummary(results, json, io, rooms);
  await rooms.writeFileAtomic(folder.report, await rooms.renderReport(results, 'html'));
  if (out === undefined) await linkLatest(folder);
  if (!quiet) io.stderr.write(`results.json and report.html are in ${folder.shown}\n`);
}

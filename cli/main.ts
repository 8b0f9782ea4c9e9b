import type { Io } from './command.ts';
import { configure } from './configured.ts';
import { describeError, EXIT, type ExitCode, exitCodeOf } from './exit.ts';
import { parse } from './parse.ts';
import { ROOMS, type Rooms } from './rooms.ts';
import { legible } from './terminal.ts';

/**
 * The program: reads a command line, carries it out, and says how it went.
 *
 * @param argv the arguments, without node and script.
 * @param rooms what does the work; a test may put a fake in place of a part.
 * @returns the exit code; it never rejects.
 */
export async function main(argv: readonly string[], given: Io, rooms: Rooms = ROOMS): Promise<ExitCode> {
  let io = legible(given, {});
  let explain = (message: string) => message;
  try {
    const chosen = await parse(argv, io);
    if (chosen === null) return EXIT.ok;
    io = legible(given, chosen.values);
    const configured = await configure(chosen, io);
    explain = configured.explain;
    return await chosen.command.run(configured.values, configured.words, io, rooms);
  } catch (error) {
    const text = explain(describeError(error, Boolean(io.env['WIREBENCH_DEBUG'])));
    for (const line of text.split('\n')) io.stderr.write(`wirebench: ${line}\n`);
    return exitCodeOf(error);
  }
}

import { join, resolve } from 'node:path';
import { defineCommand, type Io } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { runPath } from '../out-folder.ts';
import type { Rooms } from '../rooms.ts';
import { terminalOf } from '../terminal.ts';

/** `wirebench report`: says what a results file holds. Needs no server, and starts nothing. */
export const report = defineCommand({
  usage: 'report [file]',
  summary: 'Print what a results file says',
  positionals: {
    file: { type: 'string', describe: 'results.json, its folder, or a report.html [results/latest]' },
  },
  flags: {
    format: {
      choices: ['text', 'json', 'csv', 'markdown', 'html'],
      default: 'text',
      describe: 'What to make of it',
    },
    output: { type: 'string', describe: 'File to write instead of standard output' },
    extract: {
      type: 'string',
      describe: 'An HTML report: give back the results.json that it carries, byte for byte',
    },
  },
  examples: [
    ['report', 'the table of the last run'],
    ['report results/latest --format csv --output last.csv', 'all numbers, for a spreadsheet'],
    ['report --extract report.html --output results.json', 'the results that a report carries'],
  ],

  async run({ format, output, extract }, [file], io, rooms) {
    if (extract !== undefined) {
      if (file !== undefined) throw new UsageError('report: name the HTML report after --extract only');
      const { bytes } = await rooms.readSavedRun(reportPath(extract, io.cwd));
      await print(bytes, output, io, rooms);
      return EXIT.ok;
    }
    const { bytes, results } = await rooms.readSavedRun(runPath(file, io.cwd));
    const look = output === undefined ? terminalOf(io) : {};
    const text = await rooms.renderReport(results, format, { ...look, source: bytes });
    await print(text, output, io, rooms);
    return EXIT.ok;
  },
});

async function print(
  content: string | Uint8Array,
  output: string | undefined,
  io: Io,
  rooms: Rooms,
): Promise<void> {
  if (output === undefined) io.stdout.write(content);
  else await rooms.writeFileAtomic(resolve(io.cwd, output), content);
}

/** The report meant by a file or the folder of a run. */
function reportPath(word: string, cwd: string): string {
  return resolve(cwd, word.endsWith('.html') ? word : join(word, 'report.html'));
}

import { join, resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { runPath } from '../out-folder.ts';
import { formatAsked, putOut, RENDERING } from '../rendering.ts';
import { terminalOf } from '../terminal.ts';

/** `wirebench report`: says what a results file holds. Needs no server, and starts nothing. */
export const report = defineCommand({
  usage: 'report [file]',
  summary: 'Print what a results file says',
  positionals: {
    file: { type: 'string', describe: 'results.json, its folder, or a report.html [results/latest]' },
  },
  flags: {
    ...RENDERING,
    extract: {
      type: 'string',
      describe: 'An HTML report: give back the results.json that it carries, byte for byte',
    },
  },
  examples: [
    ['report', 'the table of the last run'],
    ['report results/latest -o last.csv', 'all numbers, for a spreadsheet'],
    ['report --extract report.html --output results.json', 'the results that a report carries'],
  ],

  async run({ format, output, extract }, [file], io, rooms) {
    if (extract !== undefined) {
      if (file !== undefined) throw new UsageError('report: name the HTML report after --extract only');
      const { bytes } = await rooms.readSavedRun(reportPath(extract, io.cwd));
      await putOut(bytes, output, io, rooms);
      return EXIT.ok;
    }
    const wanted = formatAsked(format, output);
    const { bytes, results } = await rooms.readSavedRun(await runPath(file, io.cwd));
    const look = output === undefined ? terminalOf(io) : {};
    const text = await rooms.renderReport(results, wanted, { ...look, source: bytes });
    await putOut(text, output, io, rooms);
    return EXIT.ok;
  },
});

/** The report meant by a file or the folder of a run. */
function reportPath(word: string, cwd: string): string {
  return resolve(cwd, word.endsWith('.html') ? word : join(word, 'report.html'));
}

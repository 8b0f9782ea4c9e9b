import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { EXIT } from '../exit.ts';
import { resultsPath } from '../out-folder.ts';
import { wantsColour } from '../summary.ts';

/** `wirebench report`: says what a results file holds. Needs no server, and starts nothing. */
export const report = defineCommand({
  usage: 'report [file]',
  summary: 'Print what a results file says',
  positionals: {
    file: { type: 'string', describe: 'results.json, or the folder it is in [results/latest]' },
  },
  flags: {
    format: {
      choices: ['text', 'json', 'csv', 'markdown', 'html'],
      default: 'text',
      describe: 'What to make of it',
    },
    output: { type: 'string', describe: 'File to write instead of standard output' },
  },
  examples: [
    ['report', 'the table of the last run'],
    ['report results/latest --format csv --output last.csv', 'all numbers, for a spreadsheet'],
  ],

  async run({ format, output }, [file], io, rooms) {
    const results = await rooms.readResults(resultsPath(file, io.cwd));
    const colour = output === undefined && wantsColour(io);
    const text = await rooms.renderReport(results, format, { colour });
    if (output === undefined) io.stdout.write(text);
    else await rooms.writeFileAtomic(resolve(io.cwd, output), text);
    return EXIT.ok;
  },
});

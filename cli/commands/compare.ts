import { resolve } from 'node:path';
import { defineCommand } from '../command.ts';
import { EXIT, type ExitCode, UsageError } from '../exit.ts';
import { formatOfEnding } from '../format-of-ending.ts';
import { runPath } from '../out-folder.ts';
import { terminalOf } from '../terminal.ts';

/** More runs than this are not compared at once. */
const MOST_RUNS = 20;

/** `wirebench compare`: holds saved runs against the first of them. Needs no server, and starts nothing. */
export const compare = defineCommand({
  usage: 'compare <run..>',
  summary: 'Hold runs against the first: before and after, or two servers',
  positionals: {
    run: {
      type: 'string',
      array: true,
      describe: 'results.json, the folder it is in, or a report.html; at least two',
    },
  },
  flags: {
    format: {
      choices: ['text', 'json', 'csv', 'markdown', 'html'],
      describe: 'What to make of it [text, or by the ending of --output]',
    },
    output: { type: 'string', alias: 'out', describe: 'File to write instead of standard output' },
  },
  examples: [
    ['compare results/before results/after', 'ratios with their intervals'],
    ['compare before.json after.json --output change.html', 'the same as a page'],
  ],

  async run({ format, output }, words, io, rooms) {
    if (words.length < 2) {
      throw new UsageError('compare: name at least two runs, such as results/before results/after');
    }
    if (words.length > MOST_RUNS) throw new UsageError(`compare: at most ${MOST_RUNS} runs at once`);
    const wanted = format ?? formatOfEnding(output);
    const runs = [];
    for (const name of words) {
      runs.push({ name, results: (await rooms.readSavedRun(runPath(name, io.cwd))).results });
    }
    const look = output === undefined ? terminalOf(io) : {};
    const { text, outcome } = await rooms.compareRuns(runs, wanted, look);
    if (output === undefined) io.stdout.write(text);
    else await rooms.writeFileAtomic(resolve(io.cwd, output), text);
    return EXITS[outcome];
  },
});

/** It gives no verdict on what changed, which is `check`'s; but what could not be compared is never a 0. */
const EXITS = {
  compared: EXIT.ok,
  incompatible: EXIT.baseline,
  invalid: EXIT.invalid,
} as const satisfies Readonly<Record<string, ExitCode>>;

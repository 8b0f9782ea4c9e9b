import { defineCommand } from '../command.ts';
import { EXIT, type ExitCode, UsageError } from '../exit.ts';
import { runPath } from '../out-folder.ts';
import { formatAsked, putOut, RENDERING } from '../rendering.ts';
import { terminalOf } from '../terminal.ts';

/** More runs than this are not compared at once. */
const MOST_RUNS = 20;

/** `wirebench compare`: holds saved runs against the first of them. Needs no server, and starts nothing. */
export const compare = defineCommand({
  usage: 'compare <before> <after..>',
  summary: 'Hold runs against the first: before and after, or two servers',
  positionals: {
    before: { type: 'string', describe: 'results.json, the folder it is in, or a report.html' },
    after: { type: 'string', array: true, describe: 'One run or more, named in the same way' },
  },
  flags: RENDERING,
  examples: [
    ['compare results/before results/after', 'ratios with their intervals'],
    ['compare before.json after.json --output change.html', 'the same as a page'],
  ],

  async run({ format, output }, words, io, rooms) {
    if (words.length > MOST_RUNS) throw new UsageError(`compare: at most ${MOST_RUNS} runs at once`);
    const wanted = formatAsked(format, output);
    const runs = [];
    for (const name of words) {
      runs.push({ name, results: (await rooms.readSavedRun(await runPath(name, io.cwd))).results });
    }
    const look = output === undefined ? terminalOf(io) : {};
    const { text, outcome } = await rooms.compareRuns(runs, wanted, look);
    await putOut(text, output, io, rooms);
    return EXITS[outcome];
  },
});

/** It gives no verdict on what changed, which is `check`'s; but what could not be compared is never a 0. */
const EXITS = {
  compared: EXIT.ok,
  incompatible: EXIT.baseline,
  invalid: EXIT.invalid,
} as const satisfies Readonly<Record<string, ExitCode>>;

import type { Results } from '../../reports/results/schema.ts';
import { planTrials } from '../../runners/plan.ts';
import { defineCommand, type Io } from '../command.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { ARM_FLAGS, NETWORK_FLAGS, REACH_FLAGS } from '../load-flags.ts';
import { dropIfEmpty, type OutFolder, openOutFolder } from '../out-folder.ts';
import { remember } from '../remember.ts';
import type { Request } from '../request.ts';
import type { Rooms } from '../rooms.ts';
import { publish } from '../summary.ts';

/** `wirebench run`: measures, writes `results.json` and `report.html`, prints the table. */
export const run = defineCommand({
  usage: 'run [scenario..]',
  summary: 'Measure scenarios on transports, and report',
  positionals: {
    scenario: {
      type: 'string',
      array: true,
      describe: 'Built-in names (see list), .json files or modules; without any, the default comparison',
    },
  },
  flags: {
    ...ARM_FLAGS,
    trials: { type: 'string', describe: 'Trials of each scenario on each transport [3]' },
    seed: { type: 'string', describe: 'Seed of the order and of all due times [random]' },
    out: { type: 'string', describe: 'Folder for the results [results/<time>]' },
    history: { type: 'string', describe: 'File to add the run to [results/history.ndjson without --out]' },
    connections: { type: 'string', describe: 'Clients, instead of what the scenario says' },
    rate: { type: 'string', describe: 'Messages per second of each source' },
    payload: { type: 'string', describe: 'Bytes of a message' },
    duration: { type: 'string', describe: 'Length of the measuring phase, as in 10s or 500ms' },
    ...NETWORK_FLAGS,
    ceiling: {
      type: 'boolean',
      default: true,
      describe: 'First ask how many requests a server can answer (--no-ceiling)',
    },
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'Print the plan and how long it takes; measure nothing',
    },
    json: { type: 'boolean', default: false, describe: 'Print the summary as JSON' },
    quiet: { type: 'boolean', default: false, describe: 'No progress' },
    config: { type: 'string', describe: 'Config file [wirebench.config.json, .js, .mjs or .ts]' },
    ...REACH_FLAGS,
  },
  examples: [
    ['run', 'the default comparison, in about a minute'],
    ['run chat game --transports sse,websocket', 'two scenarios on two transports'],
    ['run live-feed --connections 500 --duration 20s', 'the same question, a larger load'],
    ['run ticker.json --server server.json', 'a scenario and a server of your own'],
  ],

  async run(values, words, io, rooms) {
    const { readRequest } = await import('../request.ts');
    const request = await readRequest(values, words, io, rooms);
    const plan = planTrials(request);
    if (values['dry-run']) {
      const { showPlan } = await import('../plan-text.ts');
      io.stdout.write(showPlan(plan, values.json));
      return EXIT.ok;
    }
    const out = await openOutFolder(values.out, io, rooms);
    const results = await measure(request, out, values.quiet, io, rooms);
    const interrupted = results.trials.length < plan.length;
    if (results.trials.length === 0) {
      io.stderr.write('no trial was finished\n');
      await dropIfEmpty(out);
      return verdict(results, interrupted);
    }
    await publish(results, out, values, io, rooms);
    if (!interrupted) await remember(results, values, io, rooms);
    return verdict(results, interrupted);
  },
});

/** Runs all trials; `results.json` holds what is finished at any time. */
async function measure(
  request: Request,
  out: OutFolder,
  quiet: boolean,
  io: Io,
  rooms: Rooms,
): Promise<Results> {
  const { watchedRun } = await import('../watched.ts');
  const save = (results: Results) => rooms.writeResults(out.results, results);
  const options = { ...request, signal: io.interruption(), save };
  return watchedRun(options, { quiet, folder: out.path }, io, rooms);
}

/** What a run ends with: its numbers are to be believed (0), or not (22), or it was interrupted. */
export function verdict({ trials }: Results, interrupted: boolean): ExitCode {
  if (interrupted) return EXIT.interrupted;
  const completed = trials.filter(({ outcome }) => outcome.status === 'completed');
  const bad = trials.some(({ outcome }) => {
    return outcome.status === 'failed' || (outcome.status === 'completed' && outcome.validity === 'invalid');
  });
  return bad || completed.length === 0 ? EXIT.invalid : EXIT.ok;
}

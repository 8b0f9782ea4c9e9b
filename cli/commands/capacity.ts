import type { Results } from '../../reports/results/schema.ts';
import type { CapacityRequest } from '../capacity-request.ts';
import { defineCommand, type Io } from '../command.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { ARM_FLAGS, NETWORK_FLAGS, REACH_FLAGS } from '../load-flags.ts';
import { dropIfEmpty, type OutFolder, openOutFolder } from '../out-folder.ts';
import type { Rooms } from '../rooms.ts';
import { publish } from '../summary.ts';

/** `wirebench capacity`: how much of a scenario a server can carry and still meet its objectives. */
export const capacity = defineCommand({
  usage: 'capacity <scenario>',
  summary: 'Find the highest load at which a scenario meets its objectives',
  positionals: {
    scenario: { type: 'string', describe: 'A built-in name (see list), a .json file or a module' },
  },
  flags: {
    slo: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: "What a step has to meet, as in 'latency.p99<=100ms'; may be repeated",
    },
    by: {
      choices: ['rate', 'connections'],
      default: 'rate',
      describe: 'What to turn up: messages per second of each source, or clients',
    },
    from: { type: 'string', describe: 'Lowest load, and the first [what the scenario says]' },
    to: { type: 'string', describe: 'Highest load [what a scenario may have]' },
    precision: { type: 'string', describe: 'How close to come to the capacity [5%]' },
    ...ARM_FLAGS,
    seed: { type: 'string', describe: 'Seed of all due times [random]' },
    out: { type: 'string', describe: 'Folder for the results [results/<time>]' },
    connections: { type: 'string', describe: 'Clients, where the rate is turned up' },
    rate: { type: 'string', describe: 'Messages per second of each source, where the clients are' },
    payload: { type: 'string', describe: 'Bytes of a message' },
    duration: { type: 'string', describe: 'Least length of a step, as in 10s [5s]' },
    ...NETWORK_FLAGS,
    'dry-run': {
      type: 'boolean',
      default: false,
      describe: 'Print the searches and how long they may take; measure nothing',
    },
    json: { type: 'boolean', default: false, describe: 'Print the result as JSON' },
    quiet: { type: 'boolean', default: false, describe: 'No progress' },
    config: { type: 'string', describe: 'Config file [wirebench.config.json, .js, .mjs or .ts]' },
    ...REACH_FLAGS,
  },
  examples: [
    ["capacity live-feed --slo 'latency.p99<=100ms'", 'messages per second, by each transport'],
    ["capacity idle --by connections --slo 'connections.failed<=0'", 'connections that only stay open'],
  ],

  async run(values, words, io, rooms) {
    const { readCapacityRequest } = await import('../capacity-request.ts');
    const request = await readCapacityRequest(values, words, io, rooms);
    if (values['dry-run']) {
      const { showSearches } = await import('../capacity-text.ts');
      io.stdout.write(showSearches(request, values.json));
      return EXIT.ok;
    }
    const out = await openOutFolder(values.out, io, rooms);
    const results = await measure(request, out, values.quiet, io, rooms);
    if ((results.capacities ?? []).length === 0) {
      io.stderr.write('no step was finished\n');
      await dropIfEmpty(out);
      return EXIT.interrupted;
    }
    await publish(results, out, values, io, rooms);
    return io.interruption().aborted ? EXIT.interrupted : capacityVerdict(results);
  },
});

/** Runs all searches; `results.json` holds what is finished at any time. */
async function measure(
  request: CapacityRequest,
  out: OutFolder,
  quiet: boolean,
  io: Io,
  rooms: Rooms,
): Promise<Results> {
  const { watchedSearch } = await import('../watched.ts');
  const save = (results: Results) => rooms.writeResults(out.results, results);
  const options = { ...request, signal: io.interruption(), save };
  return watchedSearch(options, { quiet, folder: out.path }, io, rooms);
}

/**
 * What a search ends with: 0 where it says something of the server, be it that the objectives cannot be
 * met; 22 where it ended at something else, such as the limit of the generator.
 */
export function capacityVerdict({ capacities = [] }: Results): ExitCode {
  const answered = capacities.every(({ answer }) => {
    return (
      answer.kind === 'found' ||
      answer.kind === 'below' ||
      (answer.kind === 'at-least' && answer.because === 'top') ||
      (answer.kind === 'unknown' && answer.because === 'skipped')
    );
  });
  const skipped = capacities.every(({ answer }) => answer.kind === 'unknown' && answer.because === 'skipped');
  return answered && !skipped ? EXIT.ok : EXIT.invalid;
}

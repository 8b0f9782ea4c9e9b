import { resolve } from 'node:path';
import type { RunOptions } from '../../runners/run.ts';
import { defineCommand } from '../command.ts';
import { EXIT, UsageError } from '../exit.ts';
import { wholeFlag } from '../flags.ts';
import { isThere } from '../is-there.ts';
import { REACH_FLAGS } from '../load-flags.ts';

/** The two sides, which are the same server. */
const SIDES = ['first', 'second'] as const;

/** `wirebench calibrate`: how much this machine scatters, and what margins that allows. */
export const calibrate = defineCommand({
  usage: 'calibrate',
  summary: 'Measure how much this machine scatters, and what margins that allows',
  positionals: {},
  flags: {
    server: { type: 'string', default: 'reference', describe: 'A name, a server file, or an origin' },
    scenario: { type: 'string', array: true, nargs: 1, describe: 'A built-in name or a file [steady]' },
    transports: {
      type: 'string',
      array: true,
      nargs: 1,
      describe: 'Any of polling,long-polling,sse,websocket [sse,websocket]',
    },
    trials: { type: 'string', default: '8', describe: 'Blocks of both sides; more tell the spread better' },
    seed: { type: 'string', describe: 'Seed of the order and of all due times [random]' },
    connections: { type: 'string', describe: 'Clients, instead of what the scenario says' },
    rate: { type: 'string', describe: 'Messages per second of each source' },
    payload: { type: 'string', describe: 'Bytes of a message' },
    duration: { type: 'string', describe: 'Length of the measuring phase, as in 10s or 500ms' },
    write: { type: 'string', describe: 'Config file to make with the proposed margins' },
    json: { type: 'boolean', default: false, describe: 'Print every difference as JSON' },
    quiet: { type: 'boolean', default: false, describe: 'No progress' },
    config: { type: 'string', describe: 'Config file [wirebench.config.json, .js, .mjs or .ts]' },
    ...REACH_FLAGS,
  },
  examples: [
    ['calibrate', 'the reference server against itself'],
    ['calibrate --server server.json --trials 20', 'your own, and the spread to a sixth'],
  ],

  async run(values, _words, io, rooms) {
    const { readRequest } = await import('../request.ts');
    const { watchedRun } = await import('../watched.ts');
    const { calibrate: calibrated } = await import('../../reports/calibration/calibrate.ts');
    const { ruleOnBlock } = await import('../../reports/gate/repeat.ts');
    const { repeatsOf } = await import('../../reports/repeats.ts');
    const rendering = await import('../../reports/calibration/render.ts');
    const target = values.write === undefined ? null : resolve(io.cwd, values.write);
    if (target !== null && (await isThere(target)))
      throw new UsageError(`--write ${values.write}: there is such a file already; name another`);
    wholeFlag('trials', values.trials, 2, 1_000);
    const { transports = ['sse', 'websocket'], scenario = ['steady'] } = values;
    const request = await readRequest(
      { ...values, transports, server: [values.server], ceiling: false },
      scenario,
      io,
      rooms,
    );
    const servers = request.servers.flatMap((server) => SIDES.map((name) => ({ ...server, name })));
    const signal = io.interruption();
    const options: RunOptions = {
      ...request,
      servers,
      signal,
      again: (results) => ruleOnBlock(results, request.trials).kind === 'again',
    };
    const startedMs = io.now().getTime();
    const results = await watchedRun(options, { quiet: values.quiet, folder: null }, io, rooms);
    if (signal.aborted) return EXIT.interrupted;
    const calibration = {
      rows: calibrated(results, SIDES),
      blocks: request.trials,
      repeated: repeatsOf(results),
      blockMs: (io.now().getTime() - startedMs) / request.trials,
    };
    io.stdout.write(
      values.json
        ? rendering.renderCalibrationJson(calibration)
        : rendering.renderCalibrationText(calibration),
    );
    const wrong = results.trials.filter(({ outcome }) => {
      return (
        outcome.status === 'failed' || (outcome.status === 'completed' && outcome.validity === 'invalid')
      );
    }).length;
    if (wrong > 0) io.stderr.write(`${wrong} of ${results.trials.length} trials failed or are invalid\n`);
    if (calibration.rows.length === 0 || wrong > 0) return EXIT.invalid;
    if (target !== null) await rooms.writeFileAtomic(target, rendering.calibrationConfig(calibration));
    return EXIT.ok;
  },
});

import { blocksOf, judgeRun } from '../../reports/gate/check.ts';
import { ruleOnBlock } from '../../reports/gate/repeat.ts';
import type { Verdict } from '../../reports/gate/verdict.ts';
import type { Results } from '../../reports/results/schema.ts';
import type { RunOptions } from '../../runners/run.ts';
import type { ServerSpec } from '../../servers/contract.ts';
import type { Io } from '../command.ts';
import type { OutFolder } from '../out-folder.ts';
import type { Rooms } from '../rooms.ts';
import { watchedRun } from '../watched.ts';
import type { MeasuredRequest } from './request.ts';
import type { Sides } from './sides.ts';

/** What a check runs: every arm of both sides in every block. */
export function comparisonOf(request: MeasuredRequest, servers: readonly ServerSpec[]) {
  const { scenarios, transports, seed, looks } = request;
  return { scenarios, transports, servers, seed, trials: looks.at(-1) ?? 0 };
}

/** A check's results, and what they came to; no verdict where it was interrupted. */
export interface Measured {
  readonly results: Results;
  readonly verdict: Verdict | null;
}

/**
 * Measures block after block, and stops at the first look that has an answer, or as soon as there can
 * be none. The results file holds what is finished at any time.
 */
export async function measureSides(
  request: MeasuredRequest,
  sides: Sides,
  out: OutFolder,
  quiet: boolean,
  io: Io,
  rooms: Rooms,
): Promise<Measured> {
  const { objectives, looks, transportsAsked } = request;
  const asked = { objectives, looks, transportsAsked, baseline: sides.baseline, candidate: sides.candidate };
  const comparison = comparisonOf(request, sides.servers);
  const signal = io.interruption();
  const options: RunOptions = {
    ...comparison,
    ceiling: false,
    commandLine: io.commandLine,
    signal,
    save: (results) => rooms.writeResults(out.results, results),
    again: (results) => ruleOnBlock(results, comparison.trials).kind === 'again',
    enough: (results) => {
      const { answer } = judgeRun(results, asked);
      if (answer === 'invalid') return true;
      return looks.includes(blocksOf(results.trials)) && answer !== 'inconclusive';
    },
  };
  const results = await watchedRun(options, { quiet, folder: out.path }, io, rooms);
  return { results, verdict: signal.aborted ? null : judgeRun(results, asked) };
}

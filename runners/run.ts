import type { Ceiling, Results, Stage, Trial } from '../reports/results/schema.ts';
import { type BlockOptions, throughBlocks } from './blocks.ts';
import { CEILING_MS, measureCeiling } from './ceiling/ceiling.ts';
import { emptyResults } from './empty-results.ts';
import { readLimits } from './environment.ts';
import { type Comparison, type PlannedTrial, planTrials } from './plan.ts';
import { type Guard, startGuard } from './processes/guard.ts';
import { reasonOf } from './reason.ts';
import { recordTrial } from './record-trial.ts';
import { beyondMachine } from './staffing.ts';

/** What to run and whom to tell. */
export interface RunOptions extends Comparison, BlockOptions {
  /** Ask autocannon how many plain requests each server can answer. */
  readonly ceiling: boolean;
  /** Generator processes; by default as many as the descriptor limit asks for. */
  readonly workers?: number;
  /** Recorded in the results. */
  readonly commandLine: readonly string[];
  /** Ends the run: the trial in flight is dropped, the finished ones are kept. */
  readonly signal?: AbortSignal;
  /** Told what happens, for a progress line. */
  readonly onEvent?: (event: RunEvent) => void;
}

/** What happens in a run, in this order. */
export type RunEvent =
  | { readonly kind: 'ceiling'; readonly server: string; readonly durationMs: number }
  | { readonly kind: 'ceiling-done'; readonly ceiling: Ceiling }
  /** The server could not be asked; its trials will say what is wrong with it. */
  | { readonly kind: 'ceiling-failed'; readonly server: string; readonly reason: string }
  /** The machine does not allow all that the trials of an arm ask for. */
  | { readonly kind: 'beyond-machine'; readonly trial: PlannedTrial; readonly limit: string }
  | { readonly kind: 'trial'; readonly trial: PlannedTrial; readonly of: number }
  | { readonly kind: 'stage'; readonly trial: PlannedTrial; readonly stage: Stage }
  | { readonly kind: 'trial-done'; readonly trial: Trial; readonly of: number }
  /** The whole block is measured again. */
  | { readonly kind: 'again'; readonly block: number };

/**
 * Runs a comparison: all trials of the plan, one after the other, each with fresh processes.
 *
 * A failed trial is a result, not an error. When `signal` ends the run, the results so far are
 * returned, and no process is left.
 *
 * @throws whatever `save` throws; nothing that a server or scenario can provoke.
 */
export async function run(options: RunOptions): Promise<Results> {
  const { signal = new AbortController().signal, onEvent } = options;
  const of = planTrials(options).length;
  const guard = await startGuard();
  let results: Results = emptyResults(options, options.commandLine);
  try {
    if (options.ceiling) results = { ...results, ceilings: await measureCeilings(options, guard, signal) };
    const measure = (planned: PlannedTrial) => nextTrial(planned, of, options, guard, signal);
    const onAgain = (block: number) => onEvent?.({ kind: 'again', block });
    for await (const soFar of throughBlocks(options, results, options, measure, onAgain)) results = soFar;
  } catch (error) {
    // The trial in flight is dropped; what is finished has been saved.
    if (!signal.aborted) throw error;
  } finally {
    await guard.close();
  }
  return results;
}

async function nextTrial(
  planned: PlannedTrial,
  of: number,
  { onEvent = () => {}, workers }: RunOptions,
  guard: Guard,
  signal: AbortSignal,
): Promise<Trial> {
  signal.throwIfAborted();
  const limit = planned.block === 0 ? beyondMachine(planned, readLimits(), workers ?? null) : null;
  if (limit !== null) onEvent({ kind: 'beyond-machine', trial: planned, limit });
  onEvent({ kind: 'trial', trial: planned, of });
  const trial = await recordTrial(planned, {
    signal,
    guard,
    workers: workers ?? null,
    onStage: (stage) => onEvent({ kind: 'stage', trial: planned, stage }),
  });
  onEvent({ kind: 'trial-done', trial, of });
  return trial;
}

/** The ceilings of the servers that could be asked. */
async function measureCeilings(
  { servers, onEvent = () => {} }: RunOptions,
  guard: Guard,
  signal: AbortSignal,
): Promise<Ceiling[]> {
  const ceilings: Ceiling[] = [];
  for (const server of servers) {
    onEvent({ kind: 'ceiling', server: server.name, durationMs: CEILING_MS });
    try {
      const ceiling = await measureCeiling(server, guard, signal);
      ceilings.push(ceiling);
      onEvent({ kind: 'ceiling-done', ceiling });
    } catch (error) {
      signal.throwIfAborted();
      onEvent({ kind: 'ceiling-failed', server: server.name, reason: reasonOf(error) });
    }
  }
  return ceilings;
}

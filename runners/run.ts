import type { Ceiling, Results, Stage, Trial } from '../reports/results/schema.ts';
import type { Comparison, PlannedTrial } from './plan.ts';

/** What to run and whom to tell. */
export interface RunOptions extends Comparison {
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
  /** Called with all results so far after every trial, and awaited. A rejection ends the run with that error. */
  readonly save?: (results: Results) => Promise<void>;
}

/** What happens in a run, in this order. */
export type RunEvent =
  | { readonly kind: 'ceiling'; readonly server: string; readonly durationMs: number }
  | { readonly kind: 'ceiling-done'; readonly ceiling: Ceiling }
  | { readonly kind: 'trial'; readonly trial: PlannedTrial; readonly of: number }
  | { readonly kind: 'stage'; readonly trial: PlannedTrial; readonly stage: Stage }
  | { readonly kind: 'trial-done'; readonly trial: Trial; readonly of: number };

/**
 * Runs a comparison: all trials of the plan, one after the other, each with fresh processes.
 *
 * A failed trial is a result, not an error. When `signal` ends the run, the results so far are
 * returned.
 *
 * @throws whatever `save` throws; nothing else that a server or scenario can provoke.
 */
export async function run(options: RunOptions): Promise<Results> {
  throw new Error(`not yet: ${options.trials}`);
}

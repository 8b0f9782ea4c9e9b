import type { Completed, Measurements, Outcome } from '../../reports/results/schema.ts';
import { ACCOUNTS } from '../../reports/results/schema.ts';
import { referenceServer } from '../../servers/reference/spec.ts';
import type { PlannedTrial } from '../plan.ts';
import { startGuard } from '../processes/guard.ts';
import { runTrial, type TrialSurroundings } from '../trial.ts';
import { trialOf } from './scenarios.ts';

/** Runs one trial by itself, of the reference server unless told otherwise. */
export async function runAlone(
  trial: Partial<PlannedTrial>,
  surroundings: Partial<TrialSurroundings> = {},
): Promise<Outcome> {
  const guard = await startGuard();
  try {
    return await runTrial(trialOf({ server: referenceServer(), ...trial }), {
      guard,
      signal: new AbortController().signal,
      workers: null,
      onStage: () => {},
      ...surroundings,
    });
  } finally {
    await guard.close();
  }
}

/** The outcome of a trial that ran to its end. Throws what kept it from that. */
export function completed(outcome: Outcome): Completed {
  if (outcome.status !== 'completed') throw new Error(`${outcome.status}: ${outcome.reason}`);
  return outcome;
}

/** What all accounts hold together, `outside` included. */
export function accounted({ bytes }: Measurements): { up: number; down: number } {
  const sum = (direction: 'up' | 'down') =>
    ACCOUNTS.reduce((total, account) => total + bytes[direction][account], 0);
  return { up: sum('up'), down: sum('down') };
}

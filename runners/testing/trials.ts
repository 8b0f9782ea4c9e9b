import type { Completed, Measurements, Outcome, WarningCode } from '../../reports/results/schema.ts';
import { ACCOUNTS } from '../../reports/results/schema.ts';
import { referenceServer } from '../../servers/reference/spec.ts';
import type { PlannedTrial } from '../plan.ts';
import { type Guard, startGuard } from '../processes/guard.ts';
import { runTrial, type TrialSurroundings } from '../trial.ts';
import { trialOf } from './scenarios.ts';

/**
 * Runs one trial by itself, of the reference server unless told otherwise. Rejects if it leaves
 * anything under guard, whose number another process may have by the time that the guard acts.
 */
export async function runAlone(
  trial: Partial<PlannedTrial>,
  surroundings: Partial<TrialSurroundings> = {},
): Promise<Outcome> {
  const actual = await startGuard();
  const held = new Set<string>();
  const guard: Guard = {
    hold(trace) {
      held.add(JSON.stringify(trace));
      actual.hold(trace);
    },
    release(trace) {
      held.delete(JSON.stringify(trace));
      actual.release(trace);
    },
    close: () => actual.close(),
  };
  const outcome = runTrial(trialOf({ server: referenceServer(), ...trial }), {
    guard,
    signal: new AbortController().signal,
    workers: null,
    onStage: () => {},
    ...surroundings,
  });
  // The guard is closed however it goes.
  await outcome.catch(() => {});
  await guard.close();
  if (held.size > 0) throw new Error(`still under guard: ${[...held]}`);
  return outcome;
}

/** The outcome of a trial that ran to its end. Throws what kept it from that. */
export function completed(outcome: Outcome): Completed {
  if (outcome.status !== 'completed') throw new Error(`${outcome.status}: ${outcome.reason}`);
  return undisturbed(outcome);
}

/** The outcome but for what the host of a shared machine took for others, which no test is about. */
export function undisturbed(outcome: Completed): Completed {
  return without(outcome, ['stolen-cpu']);
}

/** The outcome but for what other tests, which run beside it, did to its generator. */
export function besideOthers(outcome: Completed): Completed {
  return without(outcome, ['stolen-cpu', 'late-generator', 'busy-generator']);
}

function without(outcome: Completed, ignored: readonly WarningCode[]): Completed {
  const warnings = outcome.warnings.filter(({ code }) => !ignored.includes(code));
  const { validity } = outcome;
  const isInvalid = warnings.some(({ level }) => level === 'invalid');
  return {
    ...outcome,
    validity: warnings.length === 0 ? 'valid' : isInvalid ? validity : 'doubtful',
    warnings,
  };
}

/** What all accounts hold together, `outside` included. */
export function accounted({ bytes }: Measurements): { up: number; down: number } {
  const sum = (direction: 'up' | 'down') =>
    ACCOUNTS.reduce((total, account) => total + bytes[direction][account], 0);
  return { up: sum('up'), down: sum('down') };
}

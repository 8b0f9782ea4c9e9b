import type { RunProgress } from '../reports/results/progress.ts';
import type { Outcome } from '../reports/results/schema.ts';
import type { PlannedTrial } from '../runners/plan.ts';
import type { RunEvent } from '../runners/run.ts';
import { timeLeftMs } from './progress.ts';
import { measuredIn, type Standing } from './progress-file.ts';

/** How far a run is. */
export function runStanding(plan: readonly PlannedTrial[], now: () => Date): Standing<RunEvent> {
  const planned = { ...measuredIn(plan), planned: plan.length };
  const ended = { valid: 0, doubtful: 0, invalid: 0, failed: 0, skipped: 0 };
  let doing: RunProgress['doing'] = { what: 'beginning' };
  let current = -1;
  let trialStartedMs = now().getTime();

  return {
    onEvent(event) {
      switch (event.kind) {
        case 'ceiling':
          doing = { what: 'ceiling', server: event.server };
          break;
        case 'trial':
        case 'stage': {
          const { scenario, transport, server, order } = event.trial;
          if (event.kind === 'trial') {
            current = order;
            trialStartedMs = now().getTime();
          }
          const stage = event.kind === 'stage' ? event.stage : null;
          const names = { scenario: scenario.name, transport, server: server.name };
          doing = { what: 'trial', number: order + 1, ...names, stage };
          break;
        }
        case 'trial-done':
          ended[wordOf(event.trial.outcome)] += 1;
          break;
        case 'ceiling-done':
        case 'ceiling-failed':
        case 'beyond-machine':
        case 'again':
          break;
      }
    },
    at(date) {
      const leftMs = timeLeftMs(plan, current, date.getTime() - trialStartedMs);
      return { ...planned, ended: { ...ended }, doing, leftMs };
    },
  };
}

function wordOf(outcome: Outcome): keyof RunProgress['ended'] {
  return outcome.status === 'completed' ? outcome.validity : outcome.status;
}

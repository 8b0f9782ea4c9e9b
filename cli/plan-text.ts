import { formatClock, formatCount } from '../reports/format.ts';
import { type PlannedTrial, trialMs } from '../runners/plan.ts';
import { skipReason } from '../runners/skip.ts';

/** Longest time that a trial takes when all goes well, in milliseconds: none, where it will be skipped. */
export function longestMs(trial: PlannedTrial): number {
  return skipReason(trial) === null ? trialMs(trial.scenario) : 0;
}

/**
 * What a run would do: its trials in order, and its length if every trial waits for its whole
 * drain. The ceiling probes come on top.
 *
 * @param json for programs; lines for people otherwise.
 */
export function showPlan(plan: readonly PlannedTrial[], json: boolean): string {
  const totalMs = plan.reduce((sum, trial) => sum + longestMs(trial), 0);
  if (json) {
    const trials = plan.map((trial) => {
      const { scenario, transport, server, block, order, seed } = trial;
      const skipped = skipReason(trial);
      return { order, block, scenario: scenario.name, transport, server: server.name, seed, skipped };
    });
    return `${JSON.stringify({ longestMs: totalMs, trials }, null, 2)}\n`;
  }
  const lines = plan.map((trial) => {
    const { scenario, transport, server, block, order } = trial;
    const skipped = skipReason(trial) === null ? '' : ' (will be skipped)';
    return `${order + 1}. block ${block + 1}: ${scenario.name} · ${transport} · ${server.name}${skipped}`;
  });
  return `${lines.join('\n')}\n${formatCount(plan.length, 'trial')}, at most ${formatClock(totalMs)}\n`;
}

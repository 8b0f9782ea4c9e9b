import { type PlannedTrial, trialMs } from '../runners/plan.ts';
import { clock } from './progress.ts';

/**
 * What a run would do: its trials in order, with their seeds, and its length if every trial waits
 * for its whole drain. The ceiling probes come on top.
 *
 * @param json for programs; lines for people otherwise.
 */
export function showPlan(plan: readonly PlannedTrial[], json: boolean): string {
  const longestMs = plan.reduce((sum, { scenario }) => sum + trialMs(scenario), 0);
  if (json) {
    const trials = plan.map(({ scenario, transport, server, block, order, seed }) => {
      return { order, block, scenario: scenario.name, transport, server: server.name, seed };
    });
    return `${JSON.stringify({ longestMs, trials }, null, 2)}\n`;
  }
  const lines = plan.map(({ scenario, transport, server, block, order }) => {
    return `${order + 1}. block ${block + 1}: ${scenario.name} · ${transport} · ${server.name}`;
  });
  return `${lines.join('\n')}\n${plan.length} trials, at most ${clock(longestMs)}\n`;
}

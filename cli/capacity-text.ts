import { describeLimits, formatLoad } from '../reports/capacity/describe.ts';
import { formatClock, formatCount } from '../reports/format.ts';
import { wrap } from '../reports/wrap.ts';
import type { Search } from '../runners/capacity/capacity.ts';
import { restOf, type Tried } from '../runners/capacity/search.ts';
import { trialMs } from '../runners/plan.ts';
import { sourcesOf } from '../scenarios/deliveries.ts';
import type { CapacityRequest } from './capacity-request.ts';

/**
 * What a request would search, and its length if every search goes to the top of its range, every step
 * waits for its whole drain, and every load has to be tried twice. Most take a quarter of it.
 *
 * @param json for programs; lines for people otherwise.
 */
export function showSearches({ searches }: CapacityRequest, json: boolean): string {
  const longestMs = searches.reduce((sum, search) => sum + longestSearchMs(search), 0);
  if (json) {
    const shown = searches.map((search) => {
      const { scenario, transport, server, by, objectives, range } = search;
      const { from, to, precision } = range;
      return {
        scenario: scenario.name,
        transport,
        server: server.name,
        by,
        objectives,
        range: { from, to, precision },
        mostSteps: restOf(range).mostSteps,
      };
    });
    return `${JSON.stringify({ longestMs, searches: shown }, null, 2)}\n`;
  }
  const lines = searches.map(({ scenario, transport, server, by, objectives, range }, index) => {
    const each = by === 'rate' && sourcesOf(scenario) > 1 ? ' of each source' : '';
    const loads = `${formatLoad(range.from, by)} to ${formatLoad(range.to, by)}${each}`;
    return wrap(
      `${index + 1}. ${scenario.name} · ${transport} · ${server.name}: ${loads}, ${describeLimits(objectives)}, at most ${formatCount(restOf(range).mostSteps, 'step')}`,
      '   ',
    );
  });
  return `${lines.join('\n')}\n${formatCount(searches.length, 'search')}, at most ${formatClock(longestMs)}\n`;
}

/**
 * Longest time that a search still takes when all goes well, in milliseconds.
 *
 * @param history what it has tried.
 */
export function longestSearchMs({ at, range }: Search, history: readonly Tried[] = []): number {
  const { mostSteps, from, to } = restOf(range, history);
  // Steps at a low load are long, for samples; steps of many connections are long, for connecting.
  return mostSteps * trialMs({ ...at(from), connections: at(to).connections });
}

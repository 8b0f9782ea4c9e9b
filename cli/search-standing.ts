import type { SearchProgress } from '../reports/results/progress.ts';
import type { CapacityEvent, Search } from '../runners/capacity/capacity.ts';
import type { Tried } from '../runners/capacity/search.ts';
import { trialMs } from '../runners/plan.ts';
import { sourcesOf } from '../scenarios/deliveries.ts';
import { longestSearchMs } from './capacity-text.ts';
import { measuredIn, type Standing } from './progress-file.ts';

/** How far searches for a capacity are. */
export function searchStanding(searches: readonly Search[], now: () => Date): Standing<CapacityEvent> {
  const planned = { ...measuredIn(searches), searches: searches.length };
  let doing: SearchProgress['doing'] = { what: 'beginning' };
  let searched = 0;
  let tried: readonly Tried[] = [];
  let step = { startedMs: 0, longestMs: 0 };
  const longestMs = () => {
    const left = searches.slice(searched);
    return left.reduce((sum, search, index) => sum + longestSearchMs(search, index === 0 ? tried : []), 0);
  };
  // Reckoned between the steps, which share their cores with this process.
  let longestFromStepMs = longestMs();

  return {
    onEvent(event) {
      switch (event.kind) {
        case 'step': {
          const { search, load, scenario } = event;
          const { transport, server, by } = search;
          const names = { scenario: scenario.name, transport, server: server.name };
          const sources = sourcesOf(scenario);
          doing = {
            what: 'step',
            search: searched + 1,
            ...names,
            stage: null,
            by,
            load,
            sources,
            ended: tried,
          };
          step = { startedMs: now().getTime(), longestMs: trialMs(scenario) };
          break;
        }
        case 'stage':
          if (doing.what === 'step') doing = { ...doing, stage: event.stage };
          break;
        case 'step-done': {
          const { load, verdict } = event.step;
          tried = [...tried, { load, verdict }];
          step = { startedMs: 0, longestMs: 0 };
          longestFromStepMs = longestMs();
          break;
        }
        case 'search-done':
          searched += 1;
          tried = [];
          longestFromStepMs = longestMs();
          break;
      }
    },
    at(date) {
      const goneMs = Math.min(step.longestMs, Math.max(0, date.getTime() - step.startedMs));
      return { ...planned, doing, leftMs: longestFromStepMs - goneMs };
    },
  };
}

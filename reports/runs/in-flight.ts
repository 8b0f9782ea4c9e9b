import { formatLoad, VERDICT_WORDS } from '../capacity/describe.ts';
import { formatCount, formatNumber } from '../format.ts';
import type { Progress, RunProgress, SearchProgress } from '../results/progress.ts';
import { DOING } from '../stages.ts';
import { LOOKS } from '../transports.ts';

/** What is done now: `Trial 5 of 12: chat by SSE, measuring`. */
export function doingOf(progress: Progress): string {
  return 'searches' in progress ? searchDoing(progress) : runDoing(progress);
}

/** What came of what has ended: `2 valid, 1 invalid` trials, or `40/s met, 80/s missed` of a search. */
export function soFarOf(progress: Progress): string {
  return 'searches' in progress ? stepsOf(progress) : trialsOf(progress);
}

function runDoing({ doing, planned, servers }: RunProgress): string {
  switch (doing.what) {
    case 'beginning':
      return `${formatCount(planned, 'trial')} planned, about to begin`;
    case 'ceiling':
      return `Asking how many requests ${doing.server} can answer, before the first of ${formatCount(planned, 'trial')}`;
    case 'trial':
      return `Trial ${doing.number} of ${planned}: ${armOf(doing, servers)}${stageOf(doing)}`;
  }
}

function searchDoing({ doing, searches, servers }: SearchProgress): string {
  switch (doing.what) {
    case 'beginning':
      return `${formatCount(searches, 'search')} planned, about to begin`;
    case 'step': {
      const { search, by, load, sources, ended } = doing;
      const each = sources > 1 ? ` from each of ${formatCount(sources, 'source')}` : '';
      const loaded =
        by === 'rate' ? `at ${formatNumber(load)} messages/s${each}` : `with ${formatLoad(load, by)}`;
      return `Search ${search} of ${searches}, step ${ended.length + 1}: ${armOf(doing, servers)} ${loaded}${stageOf(doing)}`;
    }
  }
}

type Doing = Extract<Progress['doing'], { what: 'trial' | 'step' }>;

function armOf({ scenario, transport, server }: Doing, servers: readonly string[]): string {
  return `${scenario} by ${LOOKS[transport].inSentence}${servers.length > 1 ? ` on ${server}` : ''}`;
}

function stageOf({ stage }: Doing): string {
  return stage === null ? '' : `, ${DOING[stage]}`;
}

/** Valid ones first, and said also where there is none. */
function trialsOf({ ended }: RunProgress): string {
  const { valid, ...others } = ended;
  const counts = Object.entries(others).filter(([, count]) => count > 0);
  return [`${valid} valid`, ...counts.map(([word, count]) => `${count} ${word}`)].join(', ');
}

function stepsOf({ doing }: SearchProgress): string {
  if (doing.what === 'beginning' || doing.ended.length === 0) return 'no step of this search';
  return doing.ended
    .map(({ load, verdict }) => `${formatLoad(load, doing.by)} ${VERDICT_WORDS[verdict]}`)
    .join(', ');
}

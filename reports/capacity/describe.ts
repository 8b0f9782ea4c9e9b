import { sourcesOf } from '../../scenarios/deliveries.ts';
import { formatCount, formatList, formatNumber } from '../format.ts';
import type { CapacityAnswer, LoadKind, StepVerdict } from '../results/capacity.ts';
import type { Capacity } from '../results/schema.ts';

/** A load with its unit: `480/s`, `1,000 connections`. */
export function formatLoad(load: number, by: LoadKind): string {
  return by === 'rate' ? `${formatNumber(load)}/s` : formatCount(load, 'connection');
}

/** Whether several sources have the rate that a search turns, so that it is that of each. */
export function isOfEach({ by, steps: [step] }: Capacity): boolean {
  return by === 'rate' && step !== undefined && sourcesOf(step.trial.scenario) > 1;
}

/** What a search asked, in a few words: `the highest rate of each source with latency.p99 <= 100 ms`. */
export function describeSearch(capacity: Capacity): string {
  const { by, objectives, range } = capacity;
  const rate = isOfEach(capacity) ? 'the highest rate of each source' : 'the highest rate';
  const what = by === 'rate' ? rate : 'the most connections';
  return `${what} with ${describeLimits(objectives)}, to ${formatNumber(range.precision * 100)} %`;
}

/** A load, and what it comes to where several sources have it: `91/s from each of 60 sources, 5,460/s in all`. */
function describeLoad(capacity: Capacity, load: number): string {
  const own = formatLoad(load, capacity.by);
  const [step] = capacity.steps;
  if (step === undefined || !isOfEach(capacity)) return own;
  const sources = sourcesOf(step.trial.scenario);
  return `${own} from each of ${sources} sources, ${formatNumber(load * sources)}/s in all`;
}

/** Objectives as they were given, with room around their relation. */
export function describeLimits(objectives: readonly string[]): string {
  return formatList(objectives.map((text) => text.replace(/\s*([<>]=?)\s*/, ' $1 ')));
}

type Because = Extract<CapacityAnswer, { kind: 'at-least' | 'unknown' }>['because'];

const BECAUSE: Readonly<Record<Exclude<Because, 'top' | 'interrupted'>, string>> = {
  generator: 'the load generator was the limit',
  disturbed: 'the machine had others to serve',
  untold: 'it cannot be told',
  failed: 'the trial failed',
  skipped: 'it was skipped',
};

/** What a search has found, and why no more, in one sentence without its full stop. */
export function describeAnswer(capacity: Capacity): string {
  const { answer, by } = capacity;
  switch (answer.kind) {
    case 'found':
      return `${describeLoad(capacity, answer.load)}; at ${formatLoad(answer.missedAt, by)}: ${reasonsAt(capacity, answer.missedAt)}`;
    case 'at-least': {
      const least = `at least ${describeLoad(capacity, answer.load)}`;
      if (answer.because === 'top') return `${least}, which is the top of the range`;
      if (answer.because === 'interrupted')
        return `${least}${boundOf(capacity, answer.at)}; the search was interrupted`;
      const at = answer.at === null ? '' : `at ${formatLoad(answer.at, by)} `;
      return `${least}; ${at}${BECAUSE[answer.because]}: ${reasonsAt(capacity, answer.at)}`;
    }
    case 'below':
      return `less than ${describeLoad(capacity, answer.load)}, the lowest that was tried: ${reasonsAt(capacity, answer.load)}`;
    case 'unknown': {
      if (answer.because === 'interrupted') return 'not known: the search was interrupted';
      const last = capacity.steps.at(-1);
      return `not known: ${BECAUSE[answer.because]}${last === undefined ? '' : `: ${last.reasons.join('; ')}`}`;
    }
  }
}

/** What an interrupted search knows from above. */
function boundOf({ steps, by }: Capacity, at: number | null): string {
  const isMissed = steps.some(({ load, verdict }) => load === at && verdict === 'missed');
  return at !== null && isMissed ? ` and less than ${formatLoad(at, by)}` : '';
}

/** Why the last step at a load ended as it did. */
function reasonsAt({ steps }: Capacity, at: number | null): string {
  return (
    steps
      .filter(({ load }) => load === at)
      .at(-1)
      ?.reasons.join('; ') ?? ''
  );
}

/** A verdict in a narrow column. */
export const VERDICT_WORDS: Readonly<Record<StepVerdict, string>> = {
  met: 'met',
  missed: 'missed',
  generator: 'generator',
  disturbed: 'disturbed',
  untold: 'cannot tell',
  failed: 'failed',
  skipped: 'skipped',
};

/** What the words of the last column mean, for those that are there. */
export function describeVerdicts(verdicts: readonly StepVerdict[]): string | null {
  const meanings: Partial<Record<StepVerdict, string>> = {
    generator: 'the load generator was the limit, which says nothing of the server',
    disturbed: 'missed while the machine had others to serve',
    untold: 'too few samples to tell',
    failed: 'the trial did not come to its end',
  };
  const there = [...new Set(verdicts)].flatMap((verdict) => {
    const meaning = meanings[verdict];
    return meaning === undefined ? [] : [`${VERDICT_WORDS[verdict]}: ${meaning}`];
  });
  return there.length === 0 ? null : `${there.join('. ')}.`;
}

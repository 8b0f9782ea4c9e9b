import { describeAnswer } from '../capacity/describe.ts';
import { formatCount, sentence } from '../format.ts';
import { trialsSentence, type Word, wordOf } from '../html/sections/verdict.ts';
import type { Capacity, Results, Trial } from '../results/schema.ts';
import { LOOKS } from '../transports.ts';

/** A run in a few words, for a list of many. */
export interface RunSummary {
  /** ISO 8601, as the file has it. */
  readonly startedAt: string;
  /** From its start until the last trial had measured, in milliseconds; `null` where there is none. */
  readonly tookMs: number | null;
  readonly scenarios: readonly string[];
  readonly transports: readonly string[];
  readonly servers: readonly string[];
  /** Whether it can be believed, as one word. */
  readonly word: Word;
  /** What became of its trials, or of its searches. */
  readonly outcomes: readonly string[];
  /** `5 of 12 trials` of a run that ended before all were done; `null` of a whole one. */
  readonly incomplete: string | null;
}

/** Says in a few words what a results file holds. Needs no histogram of it. */
export function summariseRun(results: Results): RunSummary {
  const { startedAt, comparison, capacities = [] } = results;
  const trials = [...results.trials, ...capacities.flatMap(({ steps }) => steps.map(({ trial }) => trial))];
  return {
    startedAt,
    tookMs: tookMs(startedAt, trials),
    scenarios: comparison.scenarios,
    transports: comparison.transports.map((transport) => LOOKS[transport].name),
    servers: comparison.servers,
    ...(capacities.length > 0
      ? found(capacities)
      : { word: wordOf(results), outcomes: [trialsSentence(results)] }),
    incomplete: incomplete(results),
  };
}

/** What searches came to; one that knows nothing of the server is no answer. */
function found(capacities: readonly Capacity[]): Pick<RunSummary, 'word' | 'outcomes'> {
  return {
    word: capacities.some(({ answer }) => answer.kind === 'unknown') ? 'doubtful' : 'valid',
    outcomes: capacities.map((search) =>
      sentence(`${LOOKS[search.transport].inSentence}: ${describeAnswer(search)}`),
    ),
  };
}

/** A file does not say when it ended, but when its last trial began and what that asked for. */
function tookMs(startedAt: string, trials: readonly Trial[]): number | null {
  const ends = trials.map(({ startedAt: at, scenario: { phases }, outcome }) => {
    return Date.parse(at) + (outcome.status === 'completed' ? phases.warmupMs + phases.measureMs : 0);
  });
  const took = Math.max(...ends) - Date.parse(startedAt);
  return Number.isFinite(took) && took >= 0 ? took : null;
}

/** A search and a check end as soon as they can tell; a check does so after a whole block. */
function incomplete({ comparison, trials, capacities, commandLine }: Results): string | null {
  if (capacities !== undefined) return null;
  const { scenarios, transports, servers } = comparison;
  const block = scenarios.length * transports.length * servers.length;
  const isCheck = commandLine[1] === 'check';
  const planned = isCheck ? Math.ceil(trials.length / block) * block : block * comparison.trials;
  return trials.length < planned ? `${trials.length} of ${formatCount(planned, 'trial')}` : null;
}

import { columnsOf } from '../columns.ts';
import { formatCount, formatList, formatNumber, formatQuantity } from '../format.ts';
import type { Results } from '../results/schema.ts';
import { TRIALS_FOR_INTERVAL } from '../statistics-two-samples.ts';
import { summarise } from '../summary.ts';
import { LOOKS } from '../transports.ts';
import { visible } from '../visible.ts';
import type { Change, Finding, Pair, RunComparison } from './comparison.ts';

/** A change as people see it: by the columns of the scenario's table, where the samples carry the number. */
export interface ShownChange extends Change {
  readonly title: string;
}

/** The pairs of one scenario. */
export interface ComparedScenario {
  readonly scenario: string;
  readonly pairs: readonly {
    readonly pair: Pair;
    readonly name: string;
    /** The same in the middle of a sentence. */
    readonly inSentence: string;
    readonly changes: readonly ShownChange[];
  }[];
}

/** A comparison by scenario, with the changes that people are shown. */
export function scenariosOf({ before, after, pairs }: RunComparison): readonly ComparedScenario[] {
  const summaries = [...summarise(before.results), ...summarise(after.results)];
  const severalServers = new Set(pairs.map(({ servers }) => servers.before)).size > 1;
  return [...new Set(pairs.map(({ scenario }) => scenario))].map((scenario) => {
    const summary = summaries.find((other) => other.scenario.name === scenario);
    const columns = summary === undefined ? [] : columnsOf(summary);
    const own = pairs.filter((pair) => pair.scenario === scenario);
    return {
      scenario,
      pairs: own.map((pair) => ({
        pair,
        ...namesOf(pair, severalServers),
        changes: columns.flatMap(({ metric, title }) => {
          const change = pair.status === 'compared' && pair.changes.find((other) => other.metric === metric);
          return change !== false && change?.carried ? [{ ...change, title }] : [];
        }),
      })),
    };
  });
}

function namesOf({ transport, servers }: Pair, severalServers: boolean) {
  const where = severalServers ? ` on ${visible(servers.before)}` : '';
  const { name, inSentence } = LOOKS[transport];
  return { name: `${name}${where}`, inSentence: `${inSentence}${where}` };
}

/** The changes that have a row of their own, and the titles of those that are equal, which need none. */
export function splitEqual(changes: readonly ShownChange[]) {
  return {
    differing: changes.filter(({ finding }) => finding !== 'equal'),
    equal: changes.filter(({ finding }) => finding === 'equal').map(({ title }) => title),
  };
}

/** A finding in at most seven characters. */
export const FINDING_WORDS: Readonly<Record<Finding, string>> = {
  better: 'better',
  worse: 'worse',
  lower: 'lower',
  higher: 'higher',
  equal: '=',
  'cannot tell': '~',
  'too few': '?',
};

/** `0.812`, or `+3` where there is no ratio. */
export function formatEffect({ effect, estimate, unit }: Change): string {
  return effect === 'ratio' ? formatRatio(estimate) : signed(estimate, unit);
}

/** Around 1, where three digits would hide a change of half a percent, three decimals, or as many as show that it is not 1. */
function formatRatio(ratio: number): string {
  if (ratio < 0.8 || ratio > 1.25) return formatNumber(ratio);
  const decimals = [3, 4, 5].find((count) => Number(ratio.toFixed(count)) !== 1) ?? 6;
  return String(Number(ratio.toFixed(decimals)));
}

/** `0.70 to 0.88`, or nothing where there is no interval. */
export function formatInterval({ effect, low, high, unit }: Change, between = ' to '): string {
  if (low === null || high === null) return '';
  const format = (value: number) => (effect === 'ratio' ? formatRatio(value) : signed(value, unit));
  return `${format(low)}${between}${format(high)}`;
}

function signed(value: number, unit: Change['unit']): string {
  return `${value > 0 ? '+' : ''}${formatQuantity(value, unit)}`;
}

/** What was found, counted over all that is shown: `2 better, 1 worse, 14 that it cannot tell`. */
export function countFindings(scenarios: readonly ComparedScenario[]): string {
  const findings = scenarios.flatMap(({ pairs }) =>
    pairs.flatMap(({ changes }) => changes.map(({ finding }) => finding)),
  );
  const parts = (Object.keys(COUNTED) as Finding[]).flatMap((finding) => {
    const count = findings.filter((other) => other === finding).length;
    return count === 0 ? [] : [`${count} ${COUNTED[finding]}`];
  });
  return parts.join(', ') || 'nothing is compared';
}

const COUNTED: Readonly<Record<Finding, string>> = {
  worse: 'worse',
  better: 'better',
  higher: 'higher',
  lower: 'lower',
  equal: 'equal',
  'cannot tell': 'that cannot be told (~)',
  'too few': 'with too few trials to tell (?)',
};

/** What the words and signs mean, and what they do not. */
export function legendOf(scenarios: readonly ComparedScenario[]): string[] {
  const changes = scenarios.flatMap(({ pairs }) => pairs.flatMap((pair) => pair.changes));
  if (changes.length === 0) return [];
  const tested = changes.filter(({ finding }) => finding !== 'too few' && finding !== 'equal').length;
  return [
    'Values are medians over trials. The ratio is after / before, the median over all pairs of trials (Hodges and Lehmann), with its exact 95 % interval',
    ...(changes.some(({ effect }) => effect === 'difference')
      ? ['With a sign: a difference, since a value of 0 has no ratio']
      : []),
    ...(changes.some(({ finding }) => finding === 'cannot tell')
      ? ['~: the interval includes no change, or the change is within what the harness itself was late by']
      : []),
    ...(changes.some(({ finding }) => finding === 'too few')
      ? [
          `?: too few trials for an interval; it takes ${TRIALS_FOR_INTERVAL} a side (run --trials ${TRIALS_FOR_INTERVAL})`,
        ]
      : []),
    ...(tested > 10
      ? [`Of ${tested} tested changes about ${Math.round(tested / 20) || 1} may show by chance alone`]
      : []),
    'The runs did not take turns, so whatever drifted between them is in the ratios',
  ];
}

/** When a run began, how many trials it has, and what served. */
export function describeRun({ startedAt, trials, comparison }: Results): string {
  const servers = comparison.servers.length === 0 ? [] : [formatList(comparison.servers)];
  return [startedAt.slice(0, 16).replace('T', ' '), formatCount(trials.length, 'trial'), ...servers].join(
    ', ',
  );
}

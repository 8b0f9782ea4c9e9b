import { csvRecord } from '../../render/csv.ts';
import type { NamedRun, RunComparison } from '../comparison.ts';

/** The schema name of a comparison as JSON. */
export const COMPARISON_SCHEMA = 'wirebench/comparison@1';

/** For other programs: every metric of every pair, also the quantiles that too few samples carry. */
export function renderComparisonJson(comparisons: readonly RunComparison[]): string {
  const content = comparisons.map(({ before, after, warnings, pairs }) => ({
    before: labelOf(before),
    after: labelOf(after),
    warnings,
    pairs,
  }));
  return `${JSON.stringify({ schema: COMPARISON_SCHEMA, comparisons: content }, null, 2)}\n`;
}

function labelOf({ name, results: { startedAt, tool, environment, trials } }: NamedRun) {
  return { name, startedAt, tool, environment, trials: trials.length };
}

const HEADER = [
  'before',
  'after',
  'scenario',
  'transport',
  'serverBefore',
  'serverAfter',
  'metric',
  'unit',
  'better',
  'medianBefore',
  'medianAfter',
  'effect',
  'estimate',
  'low',
  'high',
  'finding',
  'reason',
];

/** For spreadsheets: one record per pair and metric; a pair that was refused has one, with the reason. */
export function renderComparisonCsv(comparisons: readonly RunComparison[]): string {
  const records = comparisons.flatMap(({ before, after, pairs }) =>
    pairs.flatMap((pair) => {
      const { scenario, transport, servers } = pair;
      const names = [before.name, after.name, scenario, transport, servers.before, servers.after];
      if (pair.status === 'refused') {
        return [[...names, '', '', '', '', '', '', '', '', '', pair.code, pair.reason]];
      }
      return pair.changes.map((change) => [
        ...names,
        change.metric,
        change.unit,
        change.better,
        change.before,
        change.after,
        change.effect,
        change.estimate,
        change.low ?? '',
        change.high ?? '',
        change.finding,
        '',
      ]);
    }),
  );
  return [HEADER, ...records].map(csvRecord).join('');
}

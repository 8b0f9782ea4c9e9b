import { formatList, formatQuantity } from '../../format.ts';
import { escaped, tableLine } from '../../render/markdown-text.ts';
import type { RunComparison } from '../comparison.ts';
import {
  type ComparedScenario,
  countFindings,
  describeRun,
  FINDING_WORDS,
  formatEffect,
  formatInterval,
  legendOf,
  scenariosOf,
  splitEqual,
} from '../people.ts';

/** For a comment or a step summary: GitHub-flavoured Markdown, a section per scenario. */
export function renderComparisonMarkdown(comparisons: readonly RunComparison[]): string {
  return `${comparisons.map(oneComparison).join('\n\n')}\n`;
}

function oneComparison(comparison: RunComparison): string {
  const { before, after, warnings } = comparison;
  const scenarios = scenariosOf(comparison);
  const legend = legendOf(scenarios).map((remark) => `- ${escaped(remark)}.`);
  const runs = [before, after].map(({ name, results }, index) => {
    return `- ${index === 0 ? 'Before' : 'After'}: ${escaped(name)} (${escaped(describeRun(results))})`;
  });
  return [
    `## ${escaped(after.name)} against ${escaped(before.name)}`,
    `${escaped(countFindings(scenarios))}.`,
    runs.join('\n'),
    ...warnings.map((warning) => `> **${escaped(warning)}.**`),
    ...scenarios.map(section),
    ...(legend.length === 0 ? [] : [legend.join('\n')]),
  ].join('\n\n');
}

function section({ scenario, pairs }: ComparedScenario): string {
  const rows = pairs.flatMap(({ name, changes }) =>
    splitEqual(changes).differing.map((change) => {
      const word = FINDING_WORDS[change.finding];
      const strong = change.finding === 'better' || change.finding === 'worse';
      return tableLine([
        escaped(name),
        escaped(change.title),
        formatQuantity(change.before, change.unit),
        formatQuantity(change.after, change.unit),
        formatEffect(change),
        formatInterval(change) || '–',
        strong ? `**${word}**` : escaped(word),
      ]);
    }),
  );
  const head = ['Transport', 'Metric', 'Before', 'After', 'Ratio', '95 % interval', 'Finding'];
  const rule = head.map((_, index) => (index < 2 || index === head.length - 1 ? ':--' : '--:'));
  const equal = pairs.flatMap(({ name, changes }) => {
    const titles = splitEqual(changes).equal;
    return titles.length === 0 ? [] : [`- ${escaped(`${name}: equal in ${formatList(titles)}`)}.`];
  });
  const remarks = pairs.flatMap(({ pair, name }) =>
    pair.status === 'refused'
      ? [`- **${escaped(name)} is not compared**: ${escaped(pair.reason)}.`]
      : pair.notices.map((notice) => `- ${escaped(name)}: ${escaped(notice)}.`),
  );
  return [
    `### ${escaped(scenario)}`,
    ...(rows.length === 0 ? [] : [[tableLine(head), tableLine(rule), ...rows].join('\n')]),
    ...(equal.length + remarks.length === 0 ? [] : [[...equal, ...remarks].join('\n')]),
  ].join('\n\n');
}

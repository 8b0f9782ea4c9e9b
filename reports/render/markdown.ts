import { noticesOf } from '../advice.ts';
import { capacitiesOf } from '../capacity/curve.ts';
import { columnsOf } from '../columns.ts';
import {
  describeAbsences,
  describeCeiling,
  describeEnvironment,
  describePart,
  describeScenario,
  describeStanding,
  describeUnverified,
} from '../describe.ts';
import { formatQuantity, sentence } from '../format.ts';
import { headlineOf } from '../headline.ts';
import { describeRepeat, repeatsOf } from '../repeats.ts';
import type { Results } from '../results/schema.ts';
import { type ScenarioSummary, shown, summarise } from '../summary.ts';
import { armNames } from '../transports.ts';
import { capacityMarkdown } from './capacity-markdown.ts';
import { escaped, tableLine } from './markdown-text.ts';

/** For a pull request or a wiki: GitHub-flavoured Markdown, a section per scenario. */
export function renderMarkdown(results: Results): string {
  const sections = [
    ...summarise(results).map(scenarioSection),
    ...capacitiesOf(results).map(capacityMarkdown),
  ];
  if (sections.length === 0) sections.push('There is no trial in this file.');
  const footer = [
    ...results.ceilings.map(describeCeiling),
    ...describePart(results),
    ...describeUnverified(results),
    ...repeatsOf(results).map(describeRepeat),
    `Measured by ${results.tool.name} ${results.tool.version} on ${describeEnvironment(results)}`,
    `Started ${results.startedAt}`,
  ];
  return `${[...sections, footer.map((line) => `- ${escaped(line)}.`).join('\n')].join('\n\n')}\n`;
}

function scenarioSection(summary: ScenarioSummary): string {
  const { scenario, arms } = summary;
  const nameOf = armNames(arms);
  const columns = columnsOf(summary);
  const head = ['Transport', ...columns.map(({ title }) => title), 'Validity'];
  const rows = arms.map((arm) => [
    nameOf(arm),
    ...columns.map(({ metric }) => {
      const row = shown(arm, metric);
      return row === null ? '–' : formatQuantity(row.median, row.unit);
    }),
    describeStanding(arm),
  ]);
  const table = [
    tableLine(head),
    tableLine(head.map((_, index) => (index === 0 || index === head.length - 1 ? ':--' : '--:'))),
    ...rows.map((row) => tableLine(row.map(escaped))),
  ].join('\n');
  const remarks = [
    ...arms.flatMap((arm) =>
      describeAbsences(arm).map((reason) => `- ${escaped(`${nameOf(arm)}: ${reason}`)}.`),
    ),
    ...noticesOf(summary).map(
      ({ code, verdict, evidence, distrust, advice }) =>
        `- **${escaped(verdict)}** (\`${code}\`): ${escaped(evidence)}. ${escaped(sentence(`${distrust}; ${advice}`))}`,
    ),
  ];
  return [
    `## ${escaped(scenario.name)}`,
    `${escaped(scenario.question)} (${describeScenario(scenario)})`,
    escaped(headlineOf(summary).join(' ')),
    table,
    ...(remarks.length === 0 ? [] : [remarks.join('\n')]),
  ].join('\n\n');
}

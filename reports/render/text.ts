import { noticesOf } from '../advice.ts';
import { capacitiesOf } from '../capacity/curve.ts';
import { type Column, columnsOf } from '../columns.ts';
import {
  describeAbsences,
  describeCeiling,
  describeScenario,
  describeStanding,
  describeUnverified,
} from '../describe.ts';
import { formatNarrow } from '../format.ts';
import { headlineOf } from '../headline.ts';
import { describeRepeat, repeatsOf } from '../repeats.ts';
import type { Results } from '../results/schema.ts';
import { type Arm, type ScenarioSummary, type Standing, shown, standingOf, summarise } from '../summary.ts';
import { armNames, LOOKS } from '../transports.ts';
import { clip, TEXT_WIDTH, wrap } from '../wrap.ts';
import { capacityBlock } from './capacity-text.ts';
import { type Paint, painter, type Style } from './paint.ts';

const LEGEND = 'CPU and mem: the server, per message and per connection. -: no number to show.';

const LABEL_WIDTH = 12;
const STANDING_WIDTH = 9;

/** For a terminal: a table and what it means for each scenario, at most {@link TEXT_WIDTH} columns wide. */
export function renderText(results: Results, { colour = false } = {}): string {
  const paint = painter(colour);
  const blocks = [
    ...summarise(results).map((summary) => scenarioBlock(summary, paint)),
    ...capacitiesOf(results).map(capacityBlock),
  ];
  if (blocks.length === 0) blocks.push('There is no trial in this file.');
  const ceilings = results.ceilings.map((ceiling) => wrap(`Ceiling: ${describeCeiling(ceiling)}.`));
  const unverified = describeUnverified(results).map((note) => wrap(`${note}.`));
  const repeats = repeatsOf(results).map((repeat) => wrap(`${describeRepeat(repeat)}.`));
  return `${[...blocks, ...ceilings, ...unverified, ...repeats].join('\n\n')}\n`;
}

const STANDING_STYLE: Readonly<Record<Standing, Style>> = {
  valid: 'green',
  doubtful: 'yellow',
  invalid: 'red',
  failed: 'red',
  skipped: 'dim',
};

function scenarioBlock(summary: ScenarioSummary, paint: Paint): string {
  const { scenario, arms } = summary;
  const columns = columnsOf(summary);
  const head = [
    paint('bold', wrap(`${scenario.name}: ${scenario.question}`)),
    paint('dim', wrap(describeScenario(scenario))),
  ];
  const servers = [...new Set(arms.map(({ server }) => server))];
  const tables = servers.map((server) => {
    const title = servers.length > 1 ? [`on ${clip(server, TEXT_WIDTH - 3)}`] : [];
    return [
      ...title,
      ...table(
        arms.filter((arm) => arm.server === server),
        columns,
        paint,
      ),
    ].join('\n');
  });
  return [head.join('\n'), ...tables, wrap(headlineOf(summary).join(' ')), ...remarks(summary, paint)].join(
    '\n\n',
  );
}

function table(arms: readonly Arm[], columns: readonly Column[], paint: Paint): string[] {
  const width = Math.floor((TEXT_WIDTH - LABEL_WIDTH - STANDING_WIDTH) / columns.length);
  // What the division leaves over goes to the first columns, where the widest numbers are not cut.
  const spare = TEXT_WIDTH - LABEL_WIDTH - STANDING_WIDTH - width * columns.length;
  const widthOf = (index: number) => width + (index < spare ? 1 : 0);
  const headings = [0, 1].map((line) =>
    paint(
      'dim',
      `${' '.repeat(LABEL_WIDTH)}${columns.map(({ narrow }, index) => (narrow[line] ?? '').padStart(widthOf(index))).join('')}`,
    ),
  );
  const rows = arms.map((arm) => {
    const cells = columns.map(({ metric, divisor }, index) => {
      const row = shown(arm, metric);
      return (row === null ? '-' : formatNarrow(row.median / divisor)).padStart(widthOf(index));
    });
    const standing = describeStanding(arm).padStart(STANDING_WIDTH);
    return `${LOOKS[arm.transport].name.padEnd(LABEL_WIDTH)}${cells.join('')}${paint(STANDING_STYLE[standingOf(arm)], standing)}`;
  });
  return [...headings, ...rows, paint('dim', LEGEND)];
}

/** What is to be known beside the numbers: reasons, warnings, advice. */
function remarks(summary: ScenarioSummary, paint: Paint): string[] {
  const { arms } = summary;
  const nameOf = armNames(arms);
  const absences = arms.flatMap((arm) =>
    describeAbsences(arm).map((reason) => wrap(`${nameOf(arm)}: ${reason}`, '  ')),
  );
  const notices = noticesOf(summary).map(({ level, code, verdict, evidence, distrust, advice }) => {
    const style = level === 'invalid' ? 'red' : 'yellow';
    const head = paint(style, wrap(`${verdict} (${code}): ${evidence}`, '  '));
    return `${head}\n${wrap(`→ ${distrust}; ${advice}`, '  ', '  ')}`;
  });
  const lines = [...absences, ...notices];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

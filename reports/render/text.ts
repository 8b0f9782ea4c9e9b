import { noticesOf } from '../advice.ts';
import { capacitiesOf } from '../capacity/curve.ts';
import { type Column, columnsOf } from '../columns.ts';
import {
  describeAbsences,
  describeCeiling,
  describePart,
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
import { clip, printable, TEXT_WIDTH, wrap } from '../wrap.ts';
import { capacityBlock } from './capacity-text.ts';
import { latencyBars } from './latency-bars.ts';
import { type Paint, painter, type Style } from './paint.ts';

const LEGEND = 'CPU and mem: the server, per message and per connection. -: no number to show.';

const LABEL_WIDTH = 12;
const STANDING_WIDTH = 9;

/** What a number of `formatNarrow` and a space before it take; headings are shorter. */
const CELL_WIDTH = 6;

/** A narrower terminal cuts lines, which is better than columns of one letter. */
const LEAST_WIDTH = 40;

/** How text is to be put into lines. */
interface Sheet {
  readonly paint: Paint;
  readonly width: number;
  /** {@link wrap} in that width. */
  readonly wrapped: (text: string, indent?: string, first?: string) => string;
}

/**
 * For a terminal: a table, bars and what they mean for each scenario.
 *
 * @param options.width columns of the terminal; at most {@link TEXT_WIDTH} of them are used.
 */
export function renderText(results: Results, { colour = false, width: given = TEXT_WIDTH } = {}): string {
  const width = Math.max(LEAST_WIDTH, Math.min(TEXT_WIDTH, given));
  const wrapped: Sheet['wrapped'] = (text, indent = '', first = '') => wrap(text, indent, first, width);
  const sheet = { paint: painter(colour), width, wrapped };
  const blocks = [
    ...summarise(results).map((summary) => scenarioBlock(summary, sheet)),
    ...capacitiesOf(results).map(capacityBlock),
  ];
  if (blocks.length === 0) blocks.push('There is no trial in this file.');
  const ceilings = results.ceilings.map((ceiling) => wrapped(`Ceiling: ${describeCeiling(ceiling)}.`));
  const unverified = [...describePart(results), ...describeUnverified(results)].map((note) =>
    wrapped(`${note}.`),
  );
  const repeats = repeatsOf(results).map((repeat) => wrapped(`${describeRepeat(repeat)}.`));
  return `${[...blocks, ...ceilings, ...unverified, ...repeats].join('\n\n')}\n`;
}

const STANDING_STYLE: Readonly<Record<Standing, Style>> = {
  valid: 'green',
  doubtful: 'yellow',
  invalid: 'red',
  failed: 'red',
  skipped: 'dim',
};

function scenarioBlock(summary: ScenarioSummary, sheet: Sheet): string {
  const { scenario, arms } = summary;
  const { paint, width, wrapped } = sheet;
  const columns = columnsOf(summary);
  const head = [
    paint('bold', wrapped(`${scenario.name}: ${scenario.question}`)),
    paint('dim', wrapped(describeScenario(scenario))),
  ];
  const servers = [...new Set(arms.map(({ server }) => server))];
  const tables = servers.map((server) => {
    const ofServer = arms.filter((arm) => arm.server === server);
    const title = servers.length > 1 ? [clip(printable(`on ${server}`), width)] : [];
    return [...title, ...table(ofServer, columns, sheet)].join('\n');
  });
  const bars = latencyBars(arms, width);
  const legend = paint('dim', wrapped(LEGEND));
  return [
    head.join('\n'),
    ...tables.map((lines, index) => (index === tables.length - 1 ? `${lines}\n${legend}` : lines)),
    ...(bars.length === 0 ? [] : [paintedBars(bars, paint)]),
    wrapped(headlineOf(summary).join(' ')),
    ...remarks(summary, sheet),
  ].join('\n\n');
}

/** Heading and caption recede behind what is drawn. */
function paintedBars(lines: readonly string[], paint: Paint): string {
  return lines
    .map((line, index) => (index === 0 || index === lines.length - 1 ? paint('dim', line) : line))
    .join('\n');
}

/** Where the terminal is too narrow for all columns, there are further tables below with the rest. */
function table(arms: readonly Arm[], columns: readonly Column[], sheet: Sheet): string[] {
  const most = Math.floor((sheet.width - LABEL_WIDTH - STANDING_WIDTH) / CELL_WIDTH);
  const tables = Math.ceil(columns.length / most);
  const each = Math.ceil(columns.length / tables);
  return Array.from({ length: tables }, (_, index) =>
    tableOf(arms, columns.slice(index * each, (index + 1) * each), sheet),
  ).flat();
}

function tableOf(arms: readonly Arm[], columns: readonly Column[], sheet: Sheet): string[] {
  const { paint } = sheet;
  const room = sheet.width - LABEL_WIDTH - STANDING_WIDTH;
  const width = Math.floor(room / columns.length);
  // What the division leaves over goes to the first columns, where the widest numbers are not cut.
  const spare = room - width * columns.length;
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
      // With a space before it, whatever it is.
      const room = widthOf(index) > CELL_WIDTH ? 6 : 5;
      return (row === null ? '-' : formatNarrow(row.median / divisor, room)).padStart(widthOf(index));
    });
    const standing = describeStanding(arm).padStart(STANDING_WIDTH);
    return `${LOOKS[arm.transport].name.padEnd(LABEL_WIDTH)}${cells.join('')}${paint(STANDING_STYLE[standingOf(arm)], standing)}`;
  });
  return [...headings, ...rows];
}

/** What is to be known beside the numbers: reasons, warnings, advice. */
function remarks(summary: ScenarioSummary, { paint, wrapped }: Sheet): string[] {
  const { arms } = summary;
  const nameOf = armNames(arms);
  const absences = arms.flatMap((arm) =>
    describeAbsences(arm).map((reason) => wrapped(`${nameOf(arm)}: ${reason}`, '  ')),
  );
  const notices = noticesOf(summary).map(({ level, code, verdict, evidence, distrust, advice }) => {
    const style = level === 'invalid' ? 'red' : 'yellow';
    const head = paint(style, wrapped(`${verdict} (${code}): ${evidence}`, '  '));
    return `${head}\n${wrapped(`→ ${distrust}; ${advice}`, '  ', '  ')}`;
  });
  const lines = [...absences, ...notices];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

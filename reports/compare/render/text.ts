import { formatList, formatQuantity } from '../../format.ts';
import { type Paint, painter, type Style } from '../../render/paint.ts';
import { padEnd, widthOf } from '../../width.ts';
import { clip, printable, TEXT_WIDTH, wrap } from '../../wrap.ts';
import type { Finding, RunComparison } from '../comparison.ts';
import {
  type ComparedScenario,
  countFindings,
  describeRun,
  FINDING_WORDS,
  formatEffect,
  formatInterval,
  legendOf,
  type ShownChange,
  scenariosOf,
  splitEqual,
} from '../people.ts';

/** Widths of the columns: together {@link TEXT_WIDTH}. */
const WIDTHS = { arm: 13, metric: 23, before: 8, after: 8, effect: 9, interval: 12, finding: 7 } as const;

/** What is left of the line belongs to the run's name. */
const FACTS_WIDTH = 52;

const STYLES: Readonly<Record<Finding, Style>> = {
  better: 'green',
  worse: 'red',
  lower: 'bold',
  higher: 'bold',
  equal: 'dim',
  'cannot tell': 'dim',
  'too few': 'yellow',
};

/** For a terminal: a table for each scenario, at most {@link TEXT_WIDTH} columns wide. */
export function renderComparisonText(comparisons: readonly RunComparison[], { colour = false } = {}): string {
  const paint = painter(colour);
  return `${comparisons.map((comparison) => oneComparison(comparison, paint)).join('\n\n')}\n`;
}

function oneComparison(comparison: RunComparison, paint: Paint): string {
  const scenarios = scenariosOf(comparison);
  const { before, after, warnings } = comparison;
  const head = [before, after].map(({ name, results }, index) => {
    const facts = clip(printable(`  ${describeRun(results)}`), FACTS_WIDTH);
    const label = index === 0 ? 'before  ' : 'after   ';
    return `${label}${clip(printable(name), TEXT_WIDTH - label.length - widthOf(facts))}${facts}`;
  });
  return [
    paint('bold', head.join('\n')),
    wrap(`${countFindings(scenarios)}.`),
    ...warnings.map((warning) => paint('yellow', wrap(`${warning}.`))),
    ...scenarios.map((scenario) => table(scenario, paint)),
    ...(legendOf(scenarios).length === 0 ? [] : [paint('dim', wrap(`${legendOf(scenarios).join('. ')}.`))]),
  ].join('\n\n');
}

function table({ scenario, pairs }: ComparedScenario, paint: Paint): string {
  const compared = pairs.filter(({ changes }) => changes.length > 0);
  const heading = line(['', '', 'before', 'after', 'ratio', '95 %', '']);
  const rows = compared.flatMap(({ name, changes }) => {
    const { differing, equal } = splitEqual(changes);
    const own = differing.map((change, index) => row(index === 0 ? name : '', change, paint));
    if (equal.length === 0) return own;
    const first = padEnd(own.length === 0 ? clip(printable(name), WIDTHS.arm - 1) : '', WIDTHS.arm);
    return [...own, paint('dim', wrap(`equal: ${formatList(equal)}`, ' '.repeat(WIDTHS.arm + 2), first))];
  });
  const remarks = pairs.flatMap(({ pair, name, changes }) => {
    if (pair.status === 'refused') return [wrap(`${name}: not compared, ${pair.reason}`, '  ')];
    const notices = changes.length === 0 ? ['no number in common to show', ...pair.notices] : pair.notices;
    return notices.map((notice) => wrap(`${name}: ${notice}`, '  '));
  });
  return [
    paint('bold', clip(scenario, TEXT_WIDTH)),
    ...(rows.length === 0 ? [] : [paint('dim', heading), ...rows]),
    ...remarks,
  ].join('\n');
}

function row(name: string, change: ShownChange, paint: Paint): string {
  const { title, before, after, unit, finding } = change;
  const word = FINDING_WORDS[finding];
  const interval = formatInterval(change, '–');
  const fits = interval.length < WIDTHS.interval;
  const cells = line([
    clip(printable(name), WIDTHS.arm - 1),
    clip(title, WIDTHS.metric - 1),
    formatQuantity(before, unit),
    formatQuantity(after, unit),
    formatEffect(change),
    fits ? interval : '',
    '',
  ]);
  const found = `${cells.slice(0, -WIDTHS.finding)}${paint(STYLES[finding], word.padStart(WIDTHS.finding))}`;
  // That of a difference has units, and a line of its own.
  return fits
    ? found
    : `${found}\n${paint('dim', formatInterval(change).padStart(TEXT_WIDTH - WIDTHS.finding))}`;
}

function line(cells: readonly string[]): string {
  const widths = Object.values(WIDTHS);
  return cells
    .map((cell, index) => {
      const width = widths[index] ?? 0;
      return index < 2 ? padEnd(cell, width) : ` ${clip(cell, width - 1)}`.padStart(width);
    })
    .join('');
}

import { styleText } from 'node:util';
import { describeRepeat } from '../../repeats.ts';
import { clip, TEXT_WIDTH, wrap } from '../../wrap.ts';
import type { GateResult } from '../decide.ts';
import type { Verdict } from '../verdict.ts';
import { confidenceName, describeGate, type GateAnswer, headline } from '../words.ts';

/** Widths of effect, interval, allowed and answer; the metric has what they leave of 80 columns. */
const WIDTHS = [9, 20, 11, 13] as const;
const METRIC_WIDTH = TEXT_WIDTH - WIDTHS.reduce((sum, width) => sum + width, 0);

/** For a terminal: a table of gates for each arm, and the answer, at most {@link TEXT_WIDTH} columns wide. */
export function renderVerdictText(verdict: Verdict, { colour = false } = {}): string {
  const paint: Paint = colour
    ? (style, text) => styleText(style, text, { validateStream: false })
    : (_, text) => text;
  const blocks = [
    wrap(`${verdict.candidate} against ${verdict.baseline}`),
    ...arms(verdict.gates).map((gates) => table(gates, verdict, paint)),
    ...paragraphs([...verdict.problems, ...verdict.notes, ...verdict.repeated.map(describeRepeat)]),
    paint(STYLES[verdict.answer], wrap(headline(verdict))),
  ];
  return `${blocks.join('\n\n')}\n`;
}

type Style = 'bold' | 'dim' | 'green' | 'yellow' | 'red';
type Paint = (style: Style, text: string) => string;

const STYLES: Readonly<Record<GateAnswer | Verdict['answer'], Style>> = {
  pass: 'green',
  regressed: 'red',
  inconclusive: 'yellow',
  invalid: 'red',
  unevaluated: 'red',
};

/** Gates that belong to the same arm stand together. */
export function arms(gates: readonly GateResult[]): GateResult[][] {
  const byArm = new Map<string, GateResult[]>();
  for (const result of gates) {
    const { scenario, transport } = result.gate;
    const arm = `${scenario} · ${transport}`;
    byArm.set(arm, [...(byArm.get(arm) ?? []), result]);
  }
  return [...byArm.values()];
}

function table(gates: readonly GateResult[], verdict: Verdict, paint: Paint): string {
  const [first] = gates;
  if (first === undefined) return '';
  const { scenario, transport } = first.gate;
  const title = clip(`${scenario} · ${transport}`, METRIC_WIDTH - 1).padEnd(METRIC_WIDTH);
  const heads = ['effect', confidenceName(verdict), 'allowed', ''];
  const lines = [`${paint('bold', title)}${paint('dim', row(heads).trimEnd())}`];
  for (const result of gates) {
    const { effect, interval, allowed, answer, remark } = describeGate(result);
    const name = clip(result.gate.metric, METRIC_WIDTH - 1).padEnd(METRIC_WIDTH);
    lines.push(
      `${name}${row([effect, interval, allowed])}${paint(STYLES[answer], answer.padStart(WIDTHS[3]))}`,
    );
    if (remark !== null) lines.push(paint('dim', wrap(`→ ${remark}`, '  ', '  ')));
  }
  return lines.join('\n');
}

function row(cells: readonly string[]): string {
  return cells.map((cell, index) => cell.padStart(WIDTHS[index] ?? 0)).join('');
}

function paragraphs(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [lines.map((line) => wrap(line, '  ')).join('\n')];
}

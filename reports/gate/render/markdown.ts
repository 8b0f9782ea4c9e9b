import { formatList } from '../../format.ts';
import { escaped } from '../../render/markdown-text.ts';
import { describeRepeat } from '../../repeats.ts';
import type { GateResult } from '../decide.ts';
import { gateName } from '../gate.ts';
import type { Verdict } from '../verdict.ts';
import { answerTo, confidenceName, describeGate, headline } from '../words.ts';

/** What a comment of a pull request may have, in characters; a step summary may have 1 MiB. */
const MOST_CHARACTERS = 65_536;

/** Invisible, and how a later run finds the comment that it is to replace. */
export const COMMENT_MARKER = '<!-- wirebench check -->';

/**
 * For a pull request's comment or a step summary: the answer, then the gates, the ones to look at first.
 * Cut at a line's end where GitHub would refuse it.
 */
export function renderVerdictMarkdown(verdict: Verdict): string {
  const { candidate, baseline, problems, gates } = verdict;
  const notes = [...verdict.notes, ...verdict.repeated.map(describeRepeat)];
  const before = [
    COMMENT_MARKER,
    `## wirebench check: ${verdict.answer}`,
    '',
    `${escaped(headline(verdict))}.`,
    '',
  ];
  const after = [
    '',
    `- ${escaped(method(verdict))}`,
    `- Candidate: ${escaped(candidate)}. Baseline: ${escaped(baseline)}.`,
  ];
  const rows = gates.length === 0 ? [] : [HEAD(confidenceName(verdict)), RULE, ...inOrder(gates).map(row)];
  const lines = [
    ...problems.map((problem) => `- **${escaped(problem)}**`),
    ...(problems.length === 0 ? [] : ['']),
    ...rows,
    ...(notes.length === 0 ? [] : ['']),
    ...notes.map((note) => `- ${escaped(note)}.`),
  ];
  return `${[...before, ...fitting(lines, before, after), ...after].join('\n')}\n`;
}

const HEAD = (interval: string) => `| gate | effect | ${interval} | allowed | answer |`;
const RULE = '| :-- | --: | :-: | --: | :-- |';
const ICONS = {
  pass: '✅',
  regressed: '❌',
  inconclusive: '❔',
  unevaluated: '⚠️',
} as const;
const RANK: readonly string[] = ['unevaluated', 'regressed', 'inconclusive', 'pass'];

function inOrder(gates: readonly GateResult[]): GateResult[] {
  return [...gates].sort((left, right) => RANK.indexOf(answerTo(left)) - RANK.indexOf(answerTo(right)));
}

function row(result: GateResult): string {
  const { effect, interval, allowed, answer, remark } = describeGate(result);
  const last = `${ICONS[answer]} ${answer}${remark === null ? '' : `: ${escaped(remark)}`}`;
  return `| ${[gateName(result.gate), effect, interval, allowed].map(escaped).join(' | ')} | ${last} |`;
}

function method({ blocks, looks, seed, environment: { cpuModel, cores, node } }: Verdict): string {
  const ways = `${blocks} blocks, looking after ${formatList(looks.map(String))}; seed ${seed}`;
  return `${ways}. Exact signed-rank test, Holm over the gates, 5 % for the whole check. ${cpuModel}, ${cores} cores, Node ${node}.`;
}

/** As many of the lines as there is room for, and a word about the rest. */
function fitting(
  lines: readonly string[],
  before: readonly string[],
  after: readonly string[],
): readonly string[] {
  const cut = '\n… cut here, since GitHub takes no more; verdict.json has all of it.';
  const lengthOf = (some: readonly string[]) => some.reduce((sum, line) => sum + line.length + 1, 0);
  let room = MOST_CHARACTERS - lengthOf(before) - lengthOf(after) - cut.length - 2;
  const kept = lines.findIndex((line) => {
    room -= line.length + 1;
    return room < 0;
  });
  return kept === -1 ? lines : [...lines.slice(0, kept), cut];
}

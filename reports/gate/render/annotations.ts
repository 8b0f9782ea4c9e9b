import { describeRepeat } from '../../repeats.ts';
import type { GateResult } from '../decide.ts';
import { gateName } from '../gate.ts';
import type { Verdict } from '../verdict.ts';
import { answerTo, gateSentence, headline } from '../words.ts';

/** GitHub shows ten annotations of a kind for a step. */
const MOST = 10;

/**
 * The verdict as GitHub's workflow commands, a line each: regressions and problems as errors, what
 * cannot be told as warnings, and a notice where there is nothing else to say.
 */
export function renderVerdictAnnotations(verdict: Verdict): string {
  const { gates, problems, answer } = verdict;
  const errors = [
    ...problems.map((problem) => command('error', 'wirebench check', problem)),
    ...gates.filter(isBad).map((result) => command('error', gateName(result.gate), gateSentence(result))),
  ];
  const warnings = gates
    .filter((result) => answerTo(result) === 'inconclusive')
    .map((result) => command('warning', gateName(result.gate), gateSentence(result)));
  const notices = [
    ...(answer === 'pass' ? [command('notice', 'wirebench check', headline(verdict))] : []),
    ...verdict.repeated.map((repeat) => command('notice', 'wirebench check', describeRepeat(repeat))),
  ];
  return [...capped(errors, 'error'), ...capped(warnings, 'warning'), ...capped(notices, 'notice')].join('');
}

function isBad(result: GateResult): boolean {
  return ['unevaluated', 'regressed'].includes(answerTo(result));
}

function capped(lines: readonly string[], kind: 'error' | 'warning' | 'notice'): readonly string[] {
  if (lines.length <= MOST) return lines;
  const rest = lines.length - MOST + 1;
  return [
    ...lines.slice(0, MOST - 1),
    command(kind, 'wirebench check', `and ${rest} more; verdict.md has all of them`),
  ];
}

/** A workflow command; what would end it, or begin another, is escaped as its parser undoes it. */
function command(kind: 'error' | 'warning' | 'notice', title: string, message: string): string {
  const property = data(title).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${kind} title=${property}::${data(message)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

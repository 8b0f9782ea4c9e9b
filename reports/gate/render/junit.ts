import { describeRepeat } from '../../repeats.ts';
import type { GateResult } from '../decide.ts';
import type { Verdict } from '../verdict.ts';
import { gateSentence, limitOf } from '../words.ts';

/**
 * The verdict as JUnit XML, which every CI system reads: a regression is a failure, what is no ground for
 * an answer an error, and what cannot be told is skipped.
 */
export function renderVerdictJunit(verdict: Verdict): string {
  const cases = [...verdict.gates.map(gateCase), ...verdict.problems.map(problemCase)];
  const count = (kind: Case['kind']) => cases.filter((each) => each.kind === kind).length;
  const counts = `tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="wirebench check" ${counts}>`,
    `  <testsuite name="wirebench check" ${counts} timestamp=${attribute(verdict.startedAt.slice(0, 19))}>`,
    ...cases.map(({ xml }) => xml),
    ...said(verdict.repeated.map(describeRepeat)),
    '  </testsuite>',
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

interface Case {
  readonly kind: 'passed' | 'failure' | 'error' | 'skipped';
  readonly xml: string;
}

const KINDS = { pass: 'passed', regressed: 'failure', inconclusive: 'skipped' } as const;

function gateCase(result: GateResult): Case {
  const { scenario, transport, metric } = result.gate;
  const kind = result.kind === 'unevaluated' ? 'error' : KINDS[result.answer];
  // As it was asked for, so that a test keeps its name from one run to the next.
  const name = `${metric} ${limitOf(result.gate)}`;
  return { kind, xml: testCase(`${scenario}.${transport}`, name, kind, gateSentence(result)) };
}

function problemCase(problem: string): Case {
  return { kind: 'error', xml: testCase('trials', problem, 'error', problem) };
}

function testCase(classname: string, name: string, kind: Case['kind'], message: string): string {
  const opening = `    <testcase classname=${attribute(classname)} name=${attribute(name)}`;
  if (kind === 'passed') return `${opening}/>`;
  const type = kind === 'skipped' ? '' : ` type="${kind === 'failure' ? 'regressed' : 'invalid'}"`;
  return `${opening}><${kind} message=${attribute(message)}${type}/></testcase>`;
}

/** What there is to know beside the answers. */
function said(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [`    <system-out>${lines.map(escaped).join('\n')}</system-out>`];
}

function attribute(text: string): string {
  return `"${escaped(text)}"`;
}

/** XML 1.0 cannot have control characters and lone surrogates, so they become blanks. */
function escaped(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]+/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

import { formatCount, formatList, formatNumber, formatQuantity } from '../format.ts';
import { METRICS } from '../metrics.ts';
import type { Evaluated, GateResult } from './decide.ts';
import { type Gate, gateName } from './gate.ts';
import { confidenceOf, type Verdict } from './verdict.ts';

/** What came of a gate, `unevaluated` included. */
export type GateAnswer = Evaluated['answer'] | 'unevaluated';

/** @see GateAnswer */
export function answerTo(result: GateResult): GateAnswer {
  return result.kind === 'unevaluated' ? 'unevaluated' : result.answer;
}

/** What every format says of a gate, in words: the same wherever it is read. */
export interface GateWords {
  /** The change against the baseline, or the number itself where the limit is one. */
  readonly effect: string;
  /** Its interval; `exact` where there is none to have, `-` where there are too few trials. */
  readonly interval: string;
  /** What was allowed. */
  readonly allowed: string;
  readonly answer: GateAnswer;
  /** What more there is to say: how many blocks would tell, or why there is no answer. */
  readonly remark: string | null;
}

/** Describes what a gate came to. */
export function describeGate(result: GateResult): GateWords {
  const { gate } = result;
  if (result.kind === 'unevaluated') {
    const nothing = { effect: '-', interval: '-', allowed: limitOf(gate) };
    return { ...nothing, answer: 'unevaluated', remark: result.reason };
  }
  const { estimate, margin, answer } = result;
  return {
    effect: amount(gate, estimate),
    interval: result.kind === 'exact' ? 'exact' : intervalOf(result),
    allowed: gate.limit.kind === 'absolute' ? limitOf(gate) : `${gate.relation} ${amount(gate, margin)}`,
    answer,
    remark: result.kind === 'tested' && answer === 'inconclusive' ? needs(result) : null,
  };
}

/** One sentence about a gate, for where there is no table. */
export function gateSentence(result: GateResult): string {
  const { effect, interval, allowed, answer, remark } = describeGate(result);
  const name = gateName(result.gate);
  if (answer === 'unevaluated') return `${name} has no answer: ${remark}`;
  const measured = interval === 'exact' || interval === '-' ? effect : `${effect} (${interval})`;
  return `${name} ${answer}: ${measured}, allowed ${allowed}${remark === null ? '' : `; ${remark}`}`;
}

/** The answer of the whole check, in one sentence. */
export function headline(verdict: Verdict): string {
  const { answer, gates, blocks, problems } = verdict;
  const after = `after ${formatCount(blocks, 'block')}`;
  const names = (wanted: Evaluated['answer']) =>
    gates.filter((each) => answerTo(each) === wanted).map(({ gate }) => gateName(gate));
  switch (answer) {
    case 'pass':
      return `pass: ${formatCount(gates.length, 'gate')} shown to be within the margin ${after}`;
    case 'regressed':
      return `regressed: ${few(names('regressed'))} ${after}`;
    case 'inconclusive':
      return `inconclusive: ${formatCount(names('inconclusive').length, 'gate')} of ${gates.length} cannot be told ${after}`;
    case 'invalid':
      return `invalid: no verdict, since ${problems[0] ?? unevaluatedOf(gates)}`;
  }
}

/** So many of them as a sentence carries. */
function few(names: readonly string[]): string {
  return formatList(names.length <= 4 ? names : [...names.slice(0, 3), `${names.length - 3} further gates`]);
}

/** `97 % interval`. */
export function confidenceName(verdict: Verdict): string {
  return `${Math.round(confidenceOf(verdict) * 100)} % interval`;
}

function unevaluatedOf(gates: readonly GateResult[]): string {
  return gates.filter(({ kind }) => kind === 'unevaluated').map(gateSentence)[0] ?? 'nothing was measured';
}

function needs({ blocksNeeded, differences }: Extract<GateResult, { kind: 'tested' }>): string {
  return blocksNeeded === null
    ? 'so near to the margin that no number of blocks would tell'
    : `about ${blocksNeeded} blocks would tell, ${blocksNeeded - differences.length} more: measure both sides with --trials ${blocksNeeded}`;
}

/** An oriented difference as people read it: towards more or less of the metric, not towards worse. */
function amount({ metric, relation, limit }: Gate, difference: number): string {
  const sign = relation.startsWith('<') ? 1 : -1;
  const { unit } = METRICS[metric];
  if (limit.kind === 'absolute') {
    const value = limit.value === 0 ? sign * difference : limit.value * Math.exp(sign * difference);
    return formatQuantity(value, unit);
  }
  if (difference === Number.MAX_VALUE) return 'any change';
  return percent(Math.exp(sign * difference) - 1);
}

function intervalOf({ gate, interval }: Extract<GateResult, { kind: 'tested' }>): string {
  if (interval === null) return '-';
  const upwards = gate.relation.startsWith('<');
  const [from, to] = upwards ? [interval.low, interval.high] : [interval.high, interval.low];
  return `${amount(gate, from)} to ${amount(gate, to)}`;
}

/** With one decimal: what a change has in further ones is noise, or a matter for the JSON. */
function percent(share: number): string {
  const tenths = Math.round(share * 1_000) / 10;
  if (tenths === 0) return '0 %';
  return `${tenths < 0 ? '-' : '+'}${formatNumber(Math.abs(tenths))} %`;
}

/** What a gate asks for, as it was written: `<= +10 %`. */
export function limitOf({ metric, relation, limit }: Gate): string {
  const value =
    limit.kind === 'absolute' ? formatQuantity(limit.value, METRICS[metric].unit) : percent(limit.change);
  return `${relation} ${value}`;
}

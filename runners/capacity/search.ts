import type { CapacityAnswer, StepVerdict } from '../../reports/results/capacity.ts';

/** Where to look, and how closely. */
export interface Range {
  /** The first load, and the lowest. */
  readonly from: number;
  readonly to: number;
  /** How far apart the highest load that meets and the lowest that misses may be: 0.05 for 5 %. */
  readonly precision: number;
  /** Whether loads are whole numbers, as connections are. */
  readonly whole: boolean;
}

/** A load that was tried, and what came of it. */
export interface Tried {
  readonly load: number;
  readonly verdict: StepVerdict;
}

/** What to do next. */
export type Next =
  | { readonly kind: 'step'; readonly load: number }
  | { readonly kind: 'done'; readonly answer: CapacityAnswer };

/** From one load to the next, while all objectives are met. */
const GROWTH = 2;

/** A load that nobody needs more digits of. */
const DIGITS = 3;

/**
 * The search as a pure function of what was tried: geometric steps up until a load is not met, then
 * bisection between the highest that is met and the lowest that is not.
 *
 * What ends badly for a reason that is not the server's is tried once more before it counts, and is
 * never what a server can do at most: the answer is then a lower bound, with the reason.
 */
export function nextStep(range: Range, history: readonly Tried[]): Next {
  const last = history.at(-1);
  if (last === undefined) return { kind: 'step', load: range.from };
  if (last.verdict === 'skipped') return done({ kind: 'unknown', because: 'skipped' });
  if (deservesAnother(last.verdict) && triesOf(last.load, history) === 1) {
    return { kind: 'step', load: last.load };
  }
  const { met, unmet } = bracketOf(history);
  if (met === null) {
    if (unmet === null) return { kind: 'step', load: range.from };
    const { load, verdict } = unmet;
    return done(verdict === 'missed' ? { kind: 'below', load } : { kind: 'unknown', because: verdict });
  }
  if (unmet === null) {
    if (met >= range.to) return done({ kind: 'at-least', load: met, because: 'top', at: null });
    return { kind: 'step', load: Math.min(range.to, met * GROWTH) };
  }
  const { load: missedAt, verdict } = unmet;
  const middle = missedAt / met <= 1 + range.precision ? null : between(met, missedAt, range);
  if (middle !== null) return { kind: 'step', load: middle };
  if (verdict === 'missed') return done({ kind: 'found', load: met, missedAt });
  return done({ kind: 'at-least', load: met, because: verdict, at: missedAt });
}

/** The answer, if nothing more is tried. */
export function answerOf(range: Range, history: readonly Tried[]): CapacityAnswer {
  const next = nextStep(range, history);
  if (next.kind === 'done') return next.answer;
  const { met, unmet } = bracketOf(history);
  return met === null
    ? { kind: 'unknown', because: 'interrupted' }
    : { kind: 'at-least', load: met, because: 'interrupted', at: unmet?.load ?? null };
}

/** What a search may still try. */
export interface Rest {
  /** The most steps: all loads, and each a second time. */
  readonly mostSteps: number;
  /** The loads that none of them is below or above. */
  readonly from: number;
  readonly to: number;
}

/** What is left of a search after what was tried. */
export function restOf(range: Range, history: readonly Tried[] = []): Rest {
  const { met, unmet } = bracketOf(history);
  const from = met ?? range.from;
  const to = unmet?.load ?? range.to;
  if (nextStep(range, history).kind === 'done') return { mostSteps: 0, from, to };
  const doublings = Math.ceil(Math.log(to / from) / Math.log(GROWTH));
  const up = unmet !== null ? 0 : met === null ? 1 + doublings : doublings;
  const apart = unmet === null ? GROWTH : to / from;
  // Every bisection halves the distance on the logarithmic axis; rounding may cost one more.
  const down = Math.max(0, Math.ceil(Math.log2(Math.log(apart) / Math.log1p(range.precision)))) + 1;
  return { mostSteps: 2 * (up + down), from, to };
}

/** A load that was not met. */
interface Unmet {
  readonly load: number;
  readonly verdict: Exclude<StepVerdict, 'met' | 'skipped'>;
}

/**
 * The highest load that was met, and the lowest that was not: nothing above one of those is ever
 * tried. What was tried twice counts as the second time.
 */
function bracketOf(history: readonly Tried[]): { met: number | null; unmet: Unmet | null } {
  const settled = new Map(history.map(({ load, verdict }) => [load, verdict]));
  let met: number | null = null;
  let unmet: Unmet | null = null;
  for (const [load, verdict] of settled) {
    if (verdict === 'skipped' || (deservesAnother(verdict) && triesOf(load, history) === 1)) continue;
    if (verdict === 'met') met = Math.max(load, met ?? 0);
    else if (unmet === null || load < unmet.load) unmet = { load, verdict };
  }
  return { met, unmet };
}

/** Whether a verdict may have been bad luck. Too few samples are not. */
function deservesAnother(verdict: StepVerdict): boolean {
  return verdict === 'generator' || verdict === 'disturbed' || verdict === 'failed';
}

function triesOf(load: number, history: readonly Tried[]): number {
  return history.filter((tried) => tried.load === load).length;
}

/** The geometric middle, rounded where there is room; `null` where nothing lies between. */
function between(low: number, high: number, { whole }: Range): number | null {
  const middle = Math.sqrt(low * high);
  const rounded = whole ? Math.round(middle) : Number(middle.toPrecision(DIGITS));
  if (rounded > low && rounded < high) return rounded;
  return whole || middle <= low || middle >= high ? null : middle;
}

function done(answer: CapacityAnswer): Next {
  return { kind: 'done', answer };
}

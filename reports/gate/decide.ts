import { type Interval, median } from '../statistics.ts';
import type { Gate, GateTrials } from './gate.ts';
import { holm } from './holm.ts';
import { EXACT_BLOCKS } from './looks.ts';
import { isCounted } from './margins.ts';
import { spreadOf, trialsNeeded } from './power.ts';
import { GRAIN, hodgesLehmann, signedRankInterval, signedRankP } from './signed-rank.ts';

/**
 * The rule of the gate, a pure function of what was measured: docs/gate.md has its reasons.
 *
 * Each gate has differences d = s·ln(candidate / baseline), one a block, positive where the candidate
 * is worse, and a margin m. It *regressed* where the middle of d is shown to exceed m, by Holm over all
 * gates that are tested, so that the chance of any false alarm is the level. It *passes* where the
 * middle is shown to be below m: all gates must pass for a check to pass, which needs no correction
 * (intersection–union, Berger 1982). Otherwise it is *inconclusive*.
 */

/** What the rule answers. */
export type Answer = 'regressed' | 'pass' | 'inconclusive';

/** What is known of a gate's effect. */
interface Effect extends GateTrials {
  /** Logarithms of ratios; in the metric's unit where the gate's limit is 0. */
  readonly differences: readonly number[];
  /** The middle of the differences, on the same scale. */
  readonly estimate: number;
  /** What the estimate is held against, on the same scale. */
  readonly margin: number;
}

/** What a gate came to. */
export type GateResult =
  /** By the signed-rank test. */
  | (Effect & {
      readonly kind: 'tested';
      readonly answer: Answer;
      /** The interval that belongs to the tests of one look; `null` where there are too few blocks. */
      readonly interval: Interval | null;
      /** Of the claim that the effect exceeds the margin; alone, and by Holm. */
      readonly pWorse: number;
      readonly pWorseAdjusted: number;
      /** Of the claim that it is below. */
      readonly pWithin: number;
      /** Blocks that would probably tell, where these do not; `null` where they do, or where none would. */
      readonly blocksNeeded: number | null;
    })
  /** Of something counted that does not scatter: the effect is what it is. */
  | (Effect & { readonly kind: 'exact'; readonly answer: 'regressed' | 'pass' })
  | Unevaluated;

/** A gate without numbers to go by. */
export interface Unevaluated {
  readonly kind: 'unevaluated';
  readonly gate: Gate;
  readonly reason: string;
}

/** A gate with numbers to go by. */
export type Evaluated = Exclude<GateResult, Unevaluated>;

/** Counted differences whose range is below this are compared exactly: 0.1 %. */
const EXACT_RANGE = Math.log(1.001);

/** The share of a limit that a number of 0 is taken for, so that it has a logarithm: below whatever is measured. */
const NEXT_TO_NOTHING = 1e-9;

/**
 * Answers all gates of a check at one look.
 *
 * @param level the level of this look, for all gates together.
 */
export function decide(trials: readonly (GateTrials | Unevaluated)[], level: number): GateResult[] {
  const results = trials.map((each) => ('kind' in each ? each : evaluate(each, level)));
  const tested = results.filter((result) => result.kind === 'tested');
  const adjusted = holm(tested.map(({ pWorse }) => pWorse));
  return results.map((result) => {
    if (result.kind !== 'tested') return result;
    const pWorseAdjusted = adjusted[tested.indexOf(result)] ?? 1;
    const regressed = pWorseAdjusted <= level && result.estimate > result.margin;
    const answer = regressed ? 'regressed' : result.answer;
    return { ...result, pWorseAdjusted, answer, blocksNeeded: neededFor(result, answer, level) };
  });
}

/** A gate by itself: whether a tested one regressed is for all of them together to say. */
function evaluate(trials: GateTrials, level: number): GateResult {
  const { gate, baseline, candidate } = trials;
  const differences = differencesOf(gate, baseline, candidate);
  if (typeof differences === 'string') return { kind: 'unevaluated', gate, reason: differences };
  const margin = marginOf(gate, baseline);
  const estimate = hodgesLehmann(differences);
  if (estimate === null) return { kind: 'unevaluated', gate, reason: NOTHING };
  const effect = { ...trials, differences, estimate, margin };
  if (isExact(gate, differences)) return { kind: 'exact', ...effect, answer: exactAnswer(effect) };
  const beyond = differences.map((difference) => difference - margin);
  const pWithin = signedRankP(beyond, 'below');
  return {
    kind: 'tested',
    ...effect,
    answer: pWithin <= level && estimate < margin ? 'pass' : 'inconclusive',
    interval: signedRankInterval(differences, 1 - 2 * level),
    pWorse: signedRankP(beyond, 'above'),
    pWorseAdjusted: 1,
    pWithin,
    blocksNeeded: null,
  };
}

const NOTHING = 'there is no trial to go by';

function neededFor({ differences, estimate, margin }: Effect, answer: Answer, level: number): number | null {
  if (answer !== 'inconclusive') return null;
  const needed = trialsNeeded(Math.abs(estimate - margin), { spread: spreadOf(differences), level });
  // Where these should have told and did not, a few more may; "none" would be wrong.
  return needed === null ? null : Math.max(needed, differences.length + 1);
}

/** The differences, or why there are none. */
function differencesOf(
  { relation, limit }: Gate,
  baseline: readonly number[],
  candidate: readonly number[],
): readonly number[] | string {
  const sign = relation.startsWith('<') ? 1 : -1;
  if (candidate.length === 0) return NOTHING;
  // A number that is to be nothing has no ratio to it.
  if (isZero(limit)) return candidate.map((value) => sign * value);
  const against = limit.kind === 'absolute' ? candidate.map(() => limit.value) : baseline;
  if (against.length !== candidate.length) return 'baseline and candidate are not in pairs';
  // Nothing is as far below a number as can be, and only beside a baseline there is no telling how far.
  const least = limit.kind === 'absolute' ? limit.value * NEXT_TO_NOTHING : 0;
  const differences = candidate.map(
    (value, index) => sign * logRatio(Math.max(value, least), against[index] ?? Number.NaN),
  );
  return differences.every(Number.isFinite)
    ? differences
    : 'trials with the number 0 have no ratio; hold the metric to a number instead';
}

/** ln(value / against), with nothing beside nothing being no change. */
function logRatio(value: number, against: number): number {
  return value === against ? 0 : Math.log(value / against);
}

/** The change that is allowed, as a difference; a floor counts from the middle of the baseline. */
function marginOf({ relation, limit }: Gate, baseline: readonly number[]): number {
  if (limit.kind === 'absolute') return 0;
  const { change, floor } = limit;
  const sign = relation.startsWith('<') ? 1 : -1;
  const middle = median(baseline) ?? 0;
  // An improvement that is asked for has no floor.
  const least = sign * change < 0 || middle === 0 ? Number.NEGATIVE_INFINITY : floor / middle;
  const allowed = sign * Math.max(sign * change, least);
  // What may vanish altogether may do anything: a margin that no difference reaches, and that JSON has.
  return allowed <= -1 ? Number.MAX_VALUE : sign * Math.log(1 + allowed);
}

function isExact({ metric, limit }: Gate, differences: readonly number[]): boolean {
  if (!isCounted(metric)) return false;
  if (isZero(limit)) return true;
  if (differences.length < EXACT_BLOCKS) return false;
  return Math.max(...differences) - Math.min(...differences) < EXACT_RANGE;
}

/** Nothing scatters by more than a thousandth here, in which a middle is as good as any; nothing at all, beside a limit of 0. */
function exactAnswer({ gate, differences, estimate, margin }: Effect): 'regressed' | 'pass' {
  const worst = isZero(gate.limit) ? Math.max(...differences) : estimate;
  // Exactly at the limit, but for the arithmetic of logarithms, is within `<=` and not within `<`.
  const strict = gate.relation === '<' || gate.relation === '>';
  const broken = strict ? worst >= margin - GRAIN : worst > margin + GRAIN;
  return broken ? 'regressed' : 'pass';
}

function isZero(limit: Gate['limit']): boolean {
  return limit.kind === 'absolute' && limit.value === 0;
}

/** What a check came to: the worst of its gates. */
export type CheckAnswer = Answer | 'invalid';

/**
 * The answer of a whole check, which is never `pass` of nothing.
 *
 * @param problems what makes its trials no ground to stand on: whatever the numbers say, the check is invalid.
 */
export function answerOf(results: readonly GateResult[], problems: readonly string[]): CheckAnswer {
  const evaluated = results.filter((result) => result.kind !== 'unevaluated');
  if (problems.length > 0 || evaluated.length === 0 || evaluated.length < results.length) return 'invalid';
  if (evaluated.some(({ answer }) => answer === 'regressed')) return 'regressed';
  return evaluated.every(({ answer }) => answer === 'pass') ? 'pass' : 'inconclusive';
}

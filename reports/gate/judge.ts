import { formatCount } from '../format.ts';
import { histogramOf, METRICS, type MetricId } from '../metrics.ts';
import { formatObjective, type Objective } from '../objectives.ts';
import type { Measurements, Trial } from '../results/schema.ts';
import { samplesBeyond, samplesNeeded } from '../summary.ts';
import { type ArmPair, problemsOf } from './arms.ts';
import { answerOf, type CheckAnswer, decide, type GateResult, type Unevaluated } from './decide.ts';
import { DEFAULT_METRICS, defaultGate, type Gate, type GateTrials, gateOf } from './gate.ts';

/** What a check came to, gate by gate. */
export interface Judgement {
  readonly answer: CheckAnswer;
  readonly gates: readonly GateResult[];
  /** What makes the check invalid, whatever the gates say. */
  readonly problems: readonly string[];
  /** Default gates that these trials have no numbers for, and why. */
  readonly notes: readonly string[];
}

/** A gated quantile q needs n(1 − q) of at least this in every trial: fewer, and one stall decides it. */
const SAMPLES_BEYOND_GATED = 100;

/**
 * Judges what was measured.
 *
 * @param objectives what is asked of the arms; `null` for the default gates of each.
 * @param level the level of this look.
 */
export function judge(
  pairs: readonly ArmPair[],
  objectives: readonly Objective[] | null,
  level: number,
): Judgement {
  const sound = pairs.filter((pair) => problemsOf(pair).length === 0);
  const questions = objectives === null ? defaultQuestions(sound) : askedQuestions(sound, objectives);
  const gates = decide(questions.trials, level);
  const problems = pairs.flatMap(problemsOf);
  if (objectives !== null) problems.push(...objectives.flatMap((objective) => unanswered(objective, pairs)));
  if (gates.length === 0 && problems.length === 0) problems.push('no gate was evaluated');
  return { answer: answerOf(gates, problems), gates, problems, notes: questions.notes };
}

interface Questions {
  readonly trials: readonly (GateTrials | Unevaluated)[];
  readonly notes: readonly string[];
}

/** The default gates; one that neither side has numbers for was not asked for by anybody, and is left out. */
function defaultQuestions(pairs: readonly ArmPair[]): Questions {
  const notes: string[] = [];
  const trials = pairs.flatMap((pair) =>
    DEFAULT_METRICS.flatMap((metric) => {
      const absence = absenceOf(metric, pair);
      if (absence === null) return [trialsOf(defaultGate(metric, namesOf(pair)), pair)];
      notes.push(`${pair.scenario.name} · ${pair.transport} · ${metric} is not gated: ${absence}`);
      return [];
    }),
  );
  return { trials, notes };
}

/** The gates that were asked for: each must be answered. */
function askedQuestions(pairs: readonly ArmPair[], objectives: readonly Objective[]): Questions {
  const trials = objectives.flatMap((objective) =>
    pairs.filter(isAbout(objective)).map((pair) => {
      const gate = gateOf(objective, namesOf(pair));
      const reason = absenceOf(gate.metric, pair);
      return reason === null ? trialsOf(gate, pair) : ({ kind: 'unevaluated', gate, reason } as const);
    }),
  );
  return { trials, notes: [] };
}

/** An objective that no arm was measured for. */
function unanswered(objective: Objective, pairs: readonly ArmPair[]): string[] {
  if (pairs.some(isAbout(objective))) return [];
  return [`nothing was measured for the gate "${formatObjective(objective)}"`];
}

function isAbout(objective: Objective) {
  return ({ transport }: ArmPair) => objective.transport === null || objective.transport === transport;
}

/** Why a metric has no numbers that could be gated; `null` where it has, or where one side lacks them. */
function absenceOf(metric: MetricId, pair: ArmPair): string | null {
  const measured = [...pair.baseline, ...pair.candidate].flatMap(measurementsOf);
  if (measured.every((each) => METRICS[metric].of(each) === null)) return 'no trial has a number for it';
  const { quantile } = METRICS[metric];
  if (quantile === null) return null;
  const samples = Math.min(...measured.map((each) => histogramOf(each, quantile.of).totalCount));
  if (samplesBeyond(samples, quantile.q) >= SAMPLES_BEYOND_GATED) return null;
  const needed = formatCount(samplesNeeded(quantile.q, SAMPLES_BEYOND_GATED), 'sample');
  return `it takes ${needed} a trial, and there are ${samples.toLocaleString('en-US')}; measure longer (--duration)`;
}

/** The numbers of both sides, block by block; a trial without one has no partner's number to go with. */
function trialsOf(gate: Gate, { baseline, candidate }: ArmPair): GateTrials | Unevaluated {
  const { of } = METRICS[gate.metric];
  const sides = [gate.limit.kind === 'absolute' ? [] : baseline, candidate];
  const [left = [], right = []] = sides.map((trials) => trials.flatMap(measurementsOf).map(of));
  const missing = [...left, ...right].filter((value) => value === null).length;
  if (missing > 0) {
    return { kind: 'unevaluated', gate, reason: `${formatCount(missing, 'trial')} without a number for it` };
  }
  const numbers = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
  return { gate, baseline: numbers(left), candidate: numbers(right) };
}

function measurementsOf({ outcome }: Trial): Measurements[] {
  return outcome.status === 'completed' ? [outcome.measurements] : [];
}

function namesOf({ scenario, transport }: ArmPair) {
  return { scenario: scenario.name, transport };
}

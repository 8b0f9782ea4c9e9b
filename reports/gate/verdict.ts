import { METRICS } from '../metrics.ts';
import type { Repeat } from '../repeats.ts';
import type { Environment, Results } from '../results/schema.ts';
import type { GateResult } from './decide.ts';
import { gateName } from './gate.ts';
import type { Judgement } from './judge.ts';
import { ERROR_LEVEL, levelOf } from './looks.ts';

/** The schema name of a verdict as JSON. */
export const VERDICT_SCHEMA = 'wirebench/verdict@1';

/** A judgement with everything that one needs to know to believe it: what every format is rendered from. */
export interface Verdict extends Judgement {
  readonly tool: Results['tool'];
  readonly startedAt: string;
  /** What was compared, in a few words each: `reference at main (1a2b3c4)`. */
  readonly baseline: string;
  readonly candidate: string;
  /** Seed of the order within the blocks and of all due times. */
  readonly seed: number;
  /** Blocks measured, and after how many the check would have stopped. */
  readonly blocks: number;
  readonly looks: readonly number[];
  /** Blocks that were measured again, since harness or machine had spoiled them. */
  readonly repeated: readonly Repeat[];
  readonly environment: Environment;
}

/** How sure the interval beside a gate is: it belongs to the two one-sided tests of one look. */
export function confidenceOf({ looks }: Pick<Verdict, 'looks'>): number {
  return 1 - 2 * levelOf(looks);
}

/** The verdict as JSON, with every difference, p-value and interval, so that it can be decided again. */
export function renderVerdictJson(verdict: Verdict): string {
  const { gates, looks, ...rest } = verdict;
  const whole = {
    schema: VERDICT_SCHEMA,
    ...rest,
    looks,
    errorLevel: ERROR_LEVEL,
    levelPerLook: levelOf(looks),
    confidence: confidenceOf(verdict),
    gates: gates.map(gateJson),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

function gateJson({ gate, ...result }: GateResult) {
  return { name: gateName(gate), ...gate, unit: METRICS[gate.metric].unit, ...result };
}

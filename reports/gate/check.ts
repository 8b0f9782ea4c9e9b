import type { Objective } from '../objectives.ts';
import { repeatsOf } from '../repeats.ts';
import type { Results, Trial } from '../results/schema.ts';
import { pairArms } from './arms.ts';
import { judge } from './judge.ts';
import { levelOf } from './looks.ts';
import { ruleOnBlock } from './repeat.ts';
import type { Verdict } from './verdict.ts';

/** The names that the two sides of a check have in its results file. */
export const BASELINE = 'baseline';
export const CANDIDATE = 'candidate';

/** What a check asks of the trials it has. */
export interface Asked {
  /** `null` for the default gates of every arm. */
  readonly objectives: readonly Objective[] | null;
  readonly looks: readonly number[];
  /** What the two sides are, for people. */
  readonly baseline: string;
  readonly candidate: string;
}

/** Judges a run of `check` by what it has measured so far: whole blocks of both sides. */
export function judgeRun(results: Results, { objectives, looks, ...sides }: Asked): Verdict {
  const of = (side: string) => results.trials.filter(({ server }) => server === side);
  const pairs = pairArms(of(BASELINE), of(CANDIDATE));
  const judgement = judge(pairs, objectives, levelOf(looks));
  const ruling = ruleOnBlock(results, looks.at(-1) ?? 0);
  const refused = ruling.kind === 'stays' && ruling.reason !== null ? [ruling.reason] : [];
  return {
    ...judgement,
    problems: [...judgement.problems, ...refused],
    repeated: repeatsOf(results),
    ...sides,
    ...factsOf(results),
    blocks: blocksOf(results.trials),
    looks,
  };
}

/** What a verdict takes from the results as it is. */
export function factsOf({ tool, startedAt, seed, environment }: Results) {
  return { tool, startedAt, seed, environment };
}

/** How many blocks there are trials of. */
export function blocksOf(trials: readonly Trial[]): number {
  return new Set(trials.map(({ block }) => block)).size;
}

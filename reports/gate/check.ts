import type { Objective } from '../objectives.ts';
import { repeatsOf } from '../repeats.ts';
import type { Results, Trial } from '../results/schema.ts';
import { type ArmPair, pairArms } from './arms.ts';
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
  /**
   * Whether somebody asked for these transports. Of those that are only tried, one that neither side has
   * is left out, with a note.
   */
  readonly transportsAsked: boolean;
  /** What the two sides are, for people. */
  readonly baseline: string;
  readonly candidate: string;
}

/** Judges a run of `check` by what it has measured so far: whole blocks of both sides. */
export function judgeRun(results: Results, { objectives, looks, transportsAsked, ...sides }: Asked): Verdict {
  const of = (side: string) => results.trials.filter(({ server }) => server === side);
  const all = pairArms(of(BASELINE), of(CANDIDATE));
  const pairs = all.filter((pair) => transportsAsked || !isAbsent(pair));
  const judgement = judge(pairs, objectives, levelOf(looks));
  const ruling = ruleOnBlock(results, looks.at(-1) ?? 0);
  const refused = ruling.kind === 'stays' && ruling.reason !== null ? [ruling.reason] : [];
  return {
    ...judgement,
    problems: [...judgement.problems, ...refused],
    notes: [
      ...judgement.notes,
      ...all
        .filter((pair) => !pairs.includes(pair))
        .map(({ scenario, transport }) => {
          return `${scenario.name} · ${transport} is not measured: neither side has it (--transports says which must be there)`;
        }),
    ],
    repeated: repeatsOf(results),
    ...sides,
    ...factsOf(results),
    blocks: blocksOf(results.trials),
    looks,
  };
}

/** Whether both sides skipped it, every time. */
function isAbsent({ baseline, candidate }: ArmPair): boolean {
  return [...baseline, ...candidate].every(({ outcome }) => outcome.status === 'skipped');
}

/** What a verdict takes from the results as it is. */
export function factsOf({ tool, startedAt, seed, environment }: Results) {
  return { tool, startedAt, seed, environment };
}

/** How many blocks there are trials of. */
export function blocksOf(trials: readonly Trial[]): number {
  return new Set(trials.map(({ block }) => block)).size;
}

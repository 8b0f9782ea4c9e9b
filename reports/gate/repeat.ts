import { formatCount } from '../format.ts';
import { type Soundness, soundnessOf } from '../repeats.ts';
import type { Results, Trial } from '../results/schema.ts';

/**
 * Which blocks of a check are measured again. docs/gate.md has the reasons.
 *
 * The rule cannot favour a side: it treats both alike, so that two builds of one code are as exchangeable in
 * the blocks that stay as in all of them, and every trial of a block is measured again, not the spoiled one
 * alone. It looks at warnings only and never at what is gated.
 */
export type Ruling =
  | { readonly kind: 'again' }
  /** The block counts as it is; `reason` where it was spoiled and may not be repeated all the same. */
  | { readonly kind: 'stays'; readonly reason: string | null };

/** Of so many blocks of a check, one is measured again at most: a machine that spoils more is none to measure on. */
const BLOCKS_A_REPEAT = 4;

/** A share of spoiled blocks that would be one side's with a smaller chance than this is called its doing. */
const ONE_SIDED = 0.05;

const STAYS: Ruling = { kind: 'stays', reason: null };

/** What the rule sees of a trial. */
export interface Seen {
  readonly server: string;
  readonly soundness: Soundness;
}

/**
 * Whether the newest block of a check is to be measured again.
 *
 * @param blocks how many the check may have.
 */
export function ruleOnBlock({ trials, repeated = [] }: Results, blocks: number): Ruling {
  const newest = trials.at(-1)?.block;
  const block = trials.filter((trial) => trial.block === newest);
  return rule(
    block.map(seen),
    repeated.map((before) => before.trials.map(seen)),
    blocks,
  );
}

/**
 * The rule itself.
 *
 * @param repeated the blocks that were measured again, as they were before.
 * @param blocks how many the check may have.
 */
export function rule(
  newest: readonly Seen[],
  repeated: readonly (readonly Seen[])[],
  blocks: number,
): Ruling {
  const is = (soundness: Soundness) => newest.some((one) => one.soundness === soundness);
  if (!is('spoiled') || is('wrong')) return STAYS;
  const most = Math.ceil(blocks / BLOCKS_A_REPEAT);
  if (repeated.length >= most) {
    return {
      kind: 'stays',
      reason: `${formatCount(repeated.length, 'block')} of ${blocks} ${repeated.length === 1 ? 'was' : 'were'} measured again, which is as many as may be: this load, or this machine, is more than the generator can do (fewer --connections, or a calmer machine)`,
    };
  }
  const guilty = oneSided([...repeated, newest]);
  return guilty === null ? { kind: 'again' } : { kind: 'stays', reason: guilty };
}

function seen(trial: Trial): Seen {
  return { server: trial.server, soundness: soundnessOf(trial) };
}

/** Sign test over the blocks that one side alone had spoiled: were it chance, it would be either side's. */
function oneSided(blocks: readonly (readonly Seen[])[]): string | null {
  const sides = blocks
    .map((block) => {
      const spoiled = block.filter(({ soundness }) => soundness === 'spoiled');
      return new Set(spoiled.map(({ server }) => server));
    })
    .flatMap((servers) => (servers.size === 1 ? [...servers] : []));
  const times = (side: string) => sides.filter((other) => other === side).length;
  const guilty = sides.find((side) => atLeast(times(side), sides.length) <= ONE_SIDED);
  if (guilty === undefined) return null;
  return `${times(guilty)} of ${sides.length} spoiled blocks were so by the ${guilty} alone, which may be the cause and not the machine`;
}

/** P(Bin(tries, ½) ≥ hits). */
function atLeast(hits: number, tries: number): number {
  let ways = 1;
  let sum = 0;
  for (let count = 0; count <= tries; count += 1) {
    if (count >= hits) sum += ways;
    ways = (ways * (tries - count)) / (count + 1);
  }
  return sum / 2 ** tries;
}

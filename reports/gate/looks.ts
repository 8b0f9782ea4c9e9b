/** When a check may stop, and what it costs to look more than once. */

/** Chance of any false answer of a check, over all its gates and looks. */
export const ERROR_LEVEL = 0.05;

/**
 * Blocks of a check when nobody says how many: what a margin of 10 % takes where trials scatter by 12 %, and
 * as many as people wait for.
 */
export const DEFAULT_BLOCKS = 20;

/** Blocks where every gate is of something counted: no more than it takes to see that it does not scatter. */
export const EXACT_BLOCKS = 3;

/** Below this a look could reject next to nothing (p cannot be below 2⁻ⁿ) and would cost its share of the level. */
const FIRST_LOOK = 10;

/** The numbers of blocks after which a check of at most `blocks` may stop: 10, 15 and 20 of 20. */
export function looksOf(blocks: number): number[] {
  const looks = [Math.ceil(blocks / 2), Math.ceil((blocks * 3) / 4)].filter((look) => look >= FIRST_LOOK);
  return [...looks, blocks];
}

/**
 * The level at which each look decides: the whole split evenly (Bonferroni), which holds however the
 * looks depend on each other. A sharper spending of the level would rest on a normal approximation.
 */
export function levelOf(looks: readonly number[]): number {
  return ERROR_LEVEL / looks.length;
}

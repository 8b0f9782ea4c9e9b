/**
 * How many trials an answer takes. These plan and never decide, so here, and only here, the
 * signed-rank test is taken as normal, with its efficiency beside the mean of 3/π (Hodges and Lehmann 1956).
 */

/** The chance with which the planned number of trials is to give an answer. */
export const POWER = 0.9;

/** Beyond this many trials the honest answer is that no number of them will tell. */
const MOST_TRIALS = 1_000;

/** What paired trials scatter by, and how sure the answer is to be. */
export interface Planning {
  /** Standard deviation of the differences. */
  readonly spread: number;
  /** Level of one look. */
  readonly level: number;
}

/**
 * Trials that tell, in nine of ten cases, an effect from a margin that far away.
 *
 * @param distance between effect and margin, on the scale of the differences.
 * @returns `null` for more than a thousand.
 */
export function trialsNeeded(distance: number, { spread, level }: Planning): number | null {
  // However clear the effect, p is at least 2⁻ⁿ.
  const least = Math.ceil(-Math.log2(level));
  const needed = Math.ceil((quantiles(level) * spread) ** 2 / (distance ** 2 * EFFICIENCY) - 1e-9);
  const trials = Math.max(least, needed);
  return trials <= MOST_TRIALS ? trials : null;
}

/**
 * The smallest margin that so many trials can hold: an unchanged metric passes in nine of ten cases. At 20
 * trials and three looks it is 0.78 spreads.
 */
export function smallestMargin(trials: number, { spread, level }: Planning): number {
  return (quantiles(level) * spread) / Math.sqrt(trials * EFFICIENCY);
}

/** The standard deviation of differences, with n − 1; 0 below two. */
export function spreadOf(differences: readonly number[]): number {
  const n = differences.length;
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / n;
  const squares = differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0);
  return n < 2 ? 0 : Math.sqrt(squares / (n - 1));
}

const EFFICIENCY = 3 / Math.PI;

/** Standard errors between margin and effect for the level and the power at once. */
function quantiles(level: number): number {
  return upperQuantile(level) + upperQuantile(1 - POWER);
}

/** Where the standard normal distribution leaves `share` above it; by bisection, since nobody waits for it. */
function upperQuantile(share: number): number {
  let [low, high] = [-10, 10];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (normalAbove(middle) > share) low = middle;
    else high = middle;
  }
  return low;
}

/** 1 − Φ(z), to 1e-7 (Abramowitz and Stegun, 26.2.17). */
function normalAbove(z: number): number {
  if (z < 0) return 1 - normalAbove(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}

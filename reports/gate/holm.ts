/**
 * Holm's step-down procedure (Holm 1979): p-values adjusted so that rejecting those at or below a level
 * keeps the chance of any false rejection among all of them at that level, however they depend on
 * each other.
 *
 * @returns the adjusted p-values, in the order of the given ones.
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((left, right) => left.p - right.p);
  const adjusted = pValues.map(() => 1);
  let largest = 0;
  for (const [step, { p, index }] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (pValues.length - step) * p));
    adjusted[index] = largest;
  }
  return adjusted;
}

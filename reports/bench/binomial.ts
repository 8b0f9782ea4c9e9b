/**
 * The largest chance that so many hits in so many tries leave open: the upper end of the one-sided
 * Clopper–Pearson interval at 95 % (Clopper and Pearson 1934). For none in n it is about 3/n.
 */
export function upperBound(hits: number, tries: number): number {
  if (hits >= tries) return 1;
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (atMost(hits, tries, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** P(Bin(tries, chance) ≤ hits). */
function atMost(hits: number, tries: number, chance: number): number {
  let logMass = tries * Math.log1p(-chance);
  let sum = Math.exp(logMass);
  for (let count = 1; count <= hits; count += 1) {
    logMass += Math.log(((tries - count + 1) / count) * (chance / (1 - chance)));
    sum += Math.exp(logMass);
  }
  return sum;
}

/** The arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation over mean: 1 for exponential gaps. */
export function coefficientOfVariation(values: readonly number[]): number {
  const average = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - average) ** 2))) / average;
}

/** Spearman's correlation of each value with the next: 0 where gaps are independent. */
export function lag1RankCorrelation(values: readonly number[]): number {
  const ranks = ranksOf(values);
  const before = ranks.slice(0, -1);
  const after = ranks.slice(1);
  const middle = [mean(before), mean(after)] as const;
  const products = before.map((rank, index) => (rank - middle[0]) * ((after[index] ?? 0) - middle[1]));
  const spread = (part: readonly number[], around: number) =>
    Math.sqrt(mean(part.map((rank) => (rank - around) ** 2)));
  return mean(products) / (spread(before, middle[0]) * spread(after, middle[1]));
}

/**
 * Anderson and Darling's A² of the values against the exponential distribution of this mean:
 * −n − (1/n) Σ (2i − 1)(ln F(x₍ᵢ₎) + ln(1 − F(x₍ₙ₊₁₋ᵢ₎))) (Anderson and Darling 1954).
 */
export function andersonDarling(values: readonly number[], meanValue: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const n = sorted.length;
  let sum = 0;
  for (let i = 1; i <= n; i += 1) {
    const low = (sorted[i - 1] ?? 0) / meanValue;
    const high = (sorted[n - i] ?? 0) / meanValue;
    // ln F(x) = ln(1 − e^−x), and ln(1 − F(x)) = −x.
    sum += (2 * i - 1) * (Math.log(-Math.expm1(-low)) - high);
  }
  return -n - sum / n;
}

function ranksOf(values: readonly number[]): number[] {
  const order = values.map((_, index) => index).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  order.forEach((index, rank) => {
    ranks[index] = rank;
  });
  return ranks;
}

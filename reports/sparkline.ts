/** Bars of eight heights, for text. */

/** From the lowest to the highest. */
export const BARS = [...'▁▂▃▄▅▆▇█'] as const;

/** The bar of a place on a scale from 0 to 1; what lies beyond is at its end. */
export function barAt(share: number): string {
  const index = Math.floor(share * BARS.length);
  return BARS[Math.max(0, Math.min(BARS.length - 1, index))] ?? '';
}

/** The numbers as bars from the smallest to the largest of them; of equal ones, all in the middle. */
export function sparkline(values: readonly number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return values.map((value) => barAt(high === low ? 0.5 : (value - low) / (high - low))).join('');
}

/** A logarithmic scale for bars. */
export interface BarScale {
  readonly low: number;
  /** How many times as high the next bar begins. */
  readonly step: number;
}

/**
 * The scale on which all these values have their bars.
 *
 * @param leastStep no step is a smaller factor, so that what hardly differs looks alike.
 * @returns `null` without a value above 0.
 */
export function barScale(values: readonly number[], leastStep: number): BarScale | null {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return null;
  const [low, high] = [Math.min(...positive), Math.max(...positive)];
  return { low, step: Math.max(leastStep, (high / low) ** (1 / BARS.length)) };
}

/** The bar of a value on such a scale. */
export function barOn({ low, step }: BarScale, value: number): string {
  return barAt(Math.log(value / low) / Math.log(step) / BARS.length);
}

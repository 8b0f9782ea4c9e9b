import { METRICS, type MetricId } from './metrics.ts';
import { median, medianInterval } from './statistics.ts';
import type { Arm } from './summary.ts';

/** How many times a metric of one arm is that of another, block by block. */
export interface PairedRatio {
  /** The median of the ratios of the blocks: the two trials of a block ran close together. */
  readonly ratio: number;
  /** The 95 % interval of that median; `null` below 6 blocks. */
  readonly low: number | null;
  readonly high: number | null;
}

/** The ratio arm / reference of a metric, by the blocks in which both are above 0; `null` where there is none. */
export function pairedRatio(reference: Arm, arm: Arm, metric: MetricId): PairedRatio | null {
  const [base, values] = [valuesByBlock(reference, metric), valuesByBlock(arm, metric)];
  const ratios = [...values].flatMap(([block, value]) => {
    const divisor = base.get(block);
    return divisor === undefined || divisor <= 0 || value <= 0 ? [] : [value / divisor];
  });
  const ratio = median(ratios);
  if (ratio === null) return null;
  const interval = medianInterval(ratios);
  return { ratio, low: interval?.low ?? null, high: interval?.high ?? null };
}

/** Whether the interval of a ratio includes 1, which is no difference; without an interval nothing is known. */
export function includesOne({ low, high }: PairedRatio): boolean {
  return low !== null && high !== null && low <= 1 && high >= 1;
}

function valuesByBlock({ trials }: Arm, metric: MetricId): ReadonlyMap<number, number> {
  return new Map(
    trials.flatMap(({ block, outcome }) => {
      const value = outcome.status === 'completed' ? METRICS[metric].of(outcome.measurements) : null;
      return value === null ? [] : [[block, value] as const];
    }),
  );
}

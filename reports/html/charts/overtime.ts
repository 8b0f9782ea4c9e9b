import { addHistograms, decodeHistogram, quantileUs } from '../../results/histogram.ts';
import { type Arm, carries } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { armScales, type Chart, compact, latencyAxis, opacityOf } from '../chart.ts';

/** The quantiles that may be drawn, highest first. */
const CANDIDATES = [0.99, 0.95, 0.9, 0.5];

/** So much of all intervals must carry a quantile for it to be drawn; the rest are gaps. */
const SHARE_CARRIED = 0.8;

interface Slice {
  readonly arm: string;
  readonly startMs: number;
  readonly histogram: ReturnType<typeof addHistograms>;
}

/** Latency along the measuring phase: whether a figure is of a steady state or of one bad second. */
export function overtimeChart(arms: readonly Arm[]): Chart | null {
  const nameOf = armNames(arms);
  const slices = arms.flatMap((arm) => slicesOf(arm, nameOf(arm)));
  const carrying = (q: number) => slices.filter(({ histogram }) => carries(histogram.totalCount, q));
  const q = CANDIDATES.find((candidate) => carrying(candidate).length >= SHARE_CARRIED * slices.length);
  if (q === undefined || slices.length === 0) return null;
  const points = carrying(q).map(({ arm, startMs, histogram }) => ({
    arm,
    seconds: startMs / 1_000,
    ms: compact((quantileUs(histogram, q) ?? 0) / 1_000),
  }));
  const { color, strokeDash, strokeWidth } = armScales(arms);
  const percentile = q === 0.5 ? 'median' : `p${q * 100}`;
  return {
    title: `Latency over time, ${percentile}`,
    caption: 'By the instant a message was due; all trials together. A stall is a hill as long as it lasted.',
    size: 'half',
    legend: [],
    spec: {
      height: 300,
      data: { values: points },
      layer: [
        {
          mark: { type: 'line', interpolate: 'monotone' },
          encoding: {
            x: {
              field: 'seconds',
              type: 'quantitative',
              title: 'seconds since measuring began',
              axis: { grid: false, tickCount: 6 },
            },
            y: {
              field: 'ms',
              type: 'quantitative',
              ...latencyAxis(
                points.map(({ ms }) => ms),
                `${percentile} latency`,
              ),
            },
            color,
            strokeDash,
            strokeWidth,
            opacity: opacityOf(1),
          },
        },
      ],
    },
  };
}

/** The intervals of an arm, those of all its trials that start together as one. */
function slicesOf(arm: Arm, name: string): Slice[] {
  const byStart = new Map<number, string[]>();
  for (const { startMs, latency } of arm.completed.flatMap(({ measurements }) => measurements.intervals)) {
    byStart.set(startMs, [...(byStart.get(startMs) ?? []), latency]);
  }
  return [...byStart]
    .sort(([left], [right]) => left - right)
    .map(([startMs, latency]) => ({
      arm: name,
      startMs,
      histogram: addHistograms(latency.map(decodeHistogram)),
    }))
    .filter(({ histogram }) => histogram.totalCount > 0);
}

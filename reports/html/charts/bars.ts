import { formatQuantity } from '../../format.ts';
import { METRICS, type MetricId } from '../../metrics.ts';
import { type Arm, shown } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { armScales, type Chart, compact, opacityOf } from '../chart.ts';

/** Pixels from one bar to the next. */
export const BAR_STEP = 38;

/** One bar per arm, in the order of every table; an arm whose bar is empty has its place too. */
export function barAxis(arms: readonly Arm[]) {
  const names = arms.map(armNames(arms));
  return {
    field: 'arm',
    type: 'nominal',
    title: null,
    scale: { domain: names },
    axis: { labelOpacity: 1, grid: false },
  } as const;
}

/** What one wants of a bar chart besides its metric. */
interface BarLabels {
  readonly title: string;
  /** The axis with its unit, and what the metric's unit is divided by to get there. */
  readonly axis: string;
  readonly divisor: number;
  readonly reading: string;
}

/** One metric as bars: the median of an arm, and a dot for each trial, so that the scatter is seen. */
export function barChart(
  arms: readonly Arm[],
  metric: MetricId,
  { title, axis, divisor, reading }: BarLabels,
): Chart | null {
  const nameOf = armNames(arms);
  const rows = arms.flatMap((arm) => {
    const row = shown(arm, metric);
    return row === null ? [] : [{ arm: nameOf(arm), row }];
  });
  if (rows.length === 0) return null;
  const { unit } = METRICS[metric];
  const { color, shape } = armScales(arms);
  const y = barAxis(arms);
  const highest = Math.max(...rows.flatMap(({ row }) => row.values), 0) / divisor;
  const x = {
    field: 'value',
    type: 'quantitative',
    title: axis,
    axis: { tickCount: 4 },
    // Room at the end for the longest bar's number; long names leave shorter bars.
    scale: { domainMax: compact(highest * (rows.some(({ arm }) => arm.length > 14) ? 1.6 : 1.35) || 1) },
  } as const;
  return {
    title,
    reading: `${reading} Bar: median of the trials. Points: the trials.`,
    size: 'half',
    keys: [],
    table: {
      caption: title,
      columns: ['Transport', 'Median', '95 % interval', 'Trials'],
      rows: rows.map(({ arm, row: { median, low, high, values } }) => [
        arm,
        formatQuantity(median, unit),
        low === null || high === null ? '–' : `${formatQuantity(low, unit)} – ${formatQuantity(high, unit)}`,
        values.map((value) => formatQuantity(value, unit)).join(', '),
      ]),
    },
    spec: {
      height: BAR_STEP * arms.length + 46,
      layer: [
        {
          data: {
            values: rows.map(({ arm, row }) => ({
              arm,
              value: compact(row.median / divisor),
              tip: `${arm}: ${formatQuantity(row.median, unit)}`,
            })),
          },
          mark: { type: 'bar', height: { band: 0.62 } },
          encoding: { y, x, color, opacity: opacityOf(0.85), tooltip: { field: 'tip', type: 'nominal' } },
        },
        {
          data: {
            values: rows.flatMap(({ arm, row }) =>
              row.values.map((value) => ({
                arm,
                value: compact(value / divisor),
                tip: `${arm}, one trial: ${formatQuantity(value, unit)}`,
              })),
            ),
          },
          mark: {
            type: 'point',
            filled: true,
            size: 26,
            fill: 'var(--page)',
            stroke: 'currentColor',
            strokeWidth: 1,
          },
          encoding: { y, x, shape, opacity: opacityOf(0.9), tooltip: { field: 'tip', type: 'nominal' } },
        },
        {
          data: {
            values: rows.map(({ arm, row }) => ({
              arm,
              value: compact(Math.max(row.median, ...row.values) / divisor),
              label: formatQuantity(row.median, unit),
            })),
          },
          mark: { type: 'text', align: 'left', dx: 8, fontSize: 12, fill: 'currentColor' },
          encoding: { y, x, text: { field: 'label', type: 'nominal' }, opacity: opacityOf(1) },
        },
      ],
    },
  };
}

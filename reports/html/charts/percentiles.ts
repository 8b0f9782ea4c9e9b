import { formatQuantity } from '../../format.ts';
import { histogramOf } from '../../metrics.ts';
import { quantileUs } from '../../results/histogram.ts';
import { median, medianInterval } from '../../statistics.ts';
import { type Arm, carries, SAMPLES_BEYOND } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { visible } from '../../visible.ts';
import { armScales, type Chart, compact, latencyAxis, opacityOf } from '../chart.ts';
import type { DataTable } from '../table.ts';

/** Steps of the curve per nine, so from 90 % to 99 % it has as many points as from 99 % to 99.9 %. */
const STEPS_PER_NINE = 12;

/** Where points with the transport's shape stand. */
const MARKED = [0.5, 0.9, 0.99, 0.999, 0.9999];

interface Point {
  readonly arm: string;
  /** −log10(1 − q): 1 is 90 %, 2 is 99 %. */
  readonly nines: number;
  readonly ms: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Latency by percentile, on an axis of nines; a curve ends where the samples of a trial do. A chart for each
 * server, all on the same axes: a transport looks the same on every server, and their curves lie close together.
 */
export function percentileCharts(all: readonly Arm[]): readonly Chart[] {
  const nameOf = armNames(all);
  const curves = new Map(all.map((arm) => [arm, pointsOf(arm, nameOf(arm), curveQuantiles())] as const));
  const servers = [...new Set(all.map(({ server }) => server))];
  const charts = servers.flatMap((server) => {
    const arms = all.filter((arm) => arm.server === server);
    return percentileChart(arms, all, curves, servers.length > 1 ? visible(server) : null) ?? [];
  });
  return charts.map((chart, index) => (index === 0 ? chart : { ...chart, reading: 'Like the first.' }));
}

/** @param server what the chart is named by; `null` where there is no other. */
function percentileChart(
  arms: readonly Arm[],
  all: readonly Arm[],
  curves: ReadonlyMap<Arm, readonly Point[]>,
  server: string | null,
): Chart | null {
  const nameOf = armNames(all);
  const curve = arms.flatMap((arm) => curves.get(arm) ?? []);
  if (curve.length === 0) return null;
  const title = `Latency by percentile${server === null ? '' : ` on ${server}`}`;
  const marked = arms.flatMap((arm) =>
    pointsOf(arm, nameOf(arm), MARKED).map((point) => ({
      ...point,
      tip: `${point.arm}, ${percentOf(point.nines)}: ${formatQuantity(point.ms * 1_000, 'µs')}`,
    })),
  );
  const { color, strokeDash, shape, strokeWidth } = armScales(arms, all);
  const x = {
    field: 'nines',
    type: 'quantitative',
    title: 'share of messages that arrived at least this fast',
    scale: { nice: false },
    axis: {
      values: MARKED.map(ninesOf),
      labelExpr:
        "datum.value < 0.5 ? '50 %' : datum.value < 1.5 ? '90 %' : datum.value < 2.5 ? '99 %' : datum.value < 3.5 ? '99.9 %' : '99.99 %'",
    },
  } as const;
  const y = {
    type: 'quantitative',
    ...latencyAxis(
      [...curves.values()].flat().flatMap(({ low, high }) => [low, high]),
      'latency',
    ),
  } as const;
  return {
    title,
    reading: `From the instant a message was due to its arrival, on an axis of nines. Line: median of the trials.${bandOf(arms)} A curve ends where fewer than ${SAMPLES_BEYOND} samples of a trial lie beyond.`,
    size: server === null ? 'full' : 'half',
    keys: [],
    table: tableOf(arms, nameOf, title),
    spec: {
      height: server === null ? 340 : 260,
      layer: [
        {
          data: { values: curve },
          mark: { type: 'area', tooltip: false },
          encoding: { x, y: { ...y, field: 'low' }, y2: { field: 'high' }, color, opacity: opacityOf(0.16) },
        },
        {
          data: { values: curve },
          mark: { type: 'line', strokeCap: 'butt' },
          encoding: { x, y: { ...y, field: 'ms' }, color, strokeDash, strokeWidth, opacity: opacityOf(1) },
        },
        {
          data: { values: marked },
          mark: { type: 'point', filled: true, size: 55 },
          encoding: {
            x,
            y: { ...y, field: 'ms' },
            color,
            shape,
            opacity: opacityOf(1),
            tooltip: { field: 'tip', type: 'nominal' },
          },
        },
      ],
    },
  };
}

/** What the band is; one trial has none. */
function bandOf(arms: readonly Arm[]): string {
  const counts = arms.map(({ completed }) => completed.length);
  if (Math.max(...counts) < 2) return '';
  const hasInterval = (count: number) => medianInterval(Array.from({ length: count }, () => 0)) !== null;
  if (counts.every(hasInterval)) return ' Band: 95 % interval of that median.';
  return counts.some(hasInterval)
    ? ' Band: 95 % interval of that median, or lowest to highest trial where they are too few for one.'
    : ' Band: lowest to highest trial.';
}

function tableOf(arms: readonly Arm[], nameOf: (arm: Arm) => string, caption: string): DataTable {
  const quantiles = MARKED.filter((q) => arms.some((arm) => pointsOf(arm, '', [q]).length > 0));
  return {
    caption,
    columns: ['Transport', ...quantiles.map((q) => percentOf(ninesOf(q)))],
    rows: arms.map((arm) => [
      nameOf(arm),
      ...quantiles.map((q) => {
        const [point] = pointsOf(arm, '', [q]);
        if (point === undefined) return '–';
        const [middle = '', low = '', high = ''] = [point.ms, point.low, point.high].map((ms) =>
          formatQuantity(ms * 1_000, 'µs'),
        );
        return arm.completed.length < 2 ? middle : `${middle} (${low} – ${high})`;
      }),
    ]),
  };
}

function curveQuantiles(): number[] {
  return Array.from({ length: 5 * STEPS_PER_NINE }, (_, step) => 1 - 10 ** (-(step + 1) / STEPS_PER_NINE));
}

function pointsOf(arm: Arm, name: string, quantiles: readonly number[]): Point[] {
  const histograms = arm.completed.map(({ measurements }) => histogramOf(measurements, 'latency'));
  const fewest = Math.min(...histograms.map(({ totalCount }) => totalCount));
  if (histograms.length === 0) return [];
  return quantiles
    .filter((q) => carries(fewest, q))
    .flatMap((q) => {
      const values = histograms
        .map((histogram) => quantileUs(histogram, q))
        .filter((value) => value !== null);
      const middle = median(values);
      if (middle === null) return [];
      const ends = medianInterval(values) ?? { low: Math.min(...values), high: Math.max(...values) };
      const [ms, low, high] = [middle, ends.low, ends.high].map((us) => compact(us / 1_000));
      return [{ arm: name, nines: compact(ninesOf(q)), ms: ms ?? 0, low: low ?? 0, high: high ?? 0 }];
    });
}

function ninesOf(q: number): number {
  return -Math.log10(1 - q);
}

function percentOf(nines: number): string {
  return `${Number(((1 - 10 ** -nines) * 100).toFixed(2))} %`;
}

import { type CurvePoint, curveOf } from '../../capacity/curve.ts';
import { formatLoad, VERDICT_WORDS } from '../../capacity/describe.ts';
import { formatQuantity } from '../../format.ts';
import { METRICS, type MetricId } from '../../metrics.ts';
import type { Capacity } from '../../results/schema.ts';
import { armNames } from '../../transports.ts';
import { armScales, type Chart, compact, LINEAR_AXIS, opacityOf } from '../chart.ts';
import type { DataTable } from '../table.ts';

/**
 * What was offered against what was delivered, a line for each search; `null` where nothing was offered, as
 * where connections only stay open.
 */
export function capacityChart(searches: readonly Capacity[]): Chart | null {
  const nameOf = armNames(searches);
  const points = searches.flatMap((search) =>
    curveOf(search).flatMap((point) => {
      const { offeredPerSecond, deliveredPerSecond } = point;
      if (offeredPerSecond === null || deliveredPerSecond === null) return [];
      return [
        {
          arm: nameOf(search),
          offered: compact(offeredPerSecond),
          delivered: compact(deliveredPerSecond),
          met: point.verdict === 'met',
          tip: `${nameOf(search)}, ${formatLoad(point.load, point.by)}: ${[VERDICT_WORDS[point.verdict], ...point.reasons].join('; ')}`,
        },
      ];
    }),
  );
  if (points.length === 0) return null;
  const { color, strokeDash, strokeWidth, shape } = armScales(searches);
  const most = Math.max(...points.map(({ offered }) => offered));
  const axis = { type: 'quantitative', axis: { ...LINEAR_AXIS, tickCount: 6 } } as const;
  const x = { ...axis, field: 'offered', title: 'deliveries per second offered' } as const;
  const y = { ...axis, field: 'delivered', title: 'deliveries per second delivered' } as const;
  return {
    title: 'Offered against delivered',
    reading:
      'A point for each step: filled where every objective was met, hollow where not. On the thin diagonal everything comes as fast as it is sent; below it a queue grows or messages are lost.',
    size: 'full',
    keys: [],
    table: capacityTable(searches),
    spec: {
      height: 320,
      layer: [
        {
          data: {
            values: [
              { offered: 0, delivered: 0 },
              { offered: most, delivered: most },
            ],
          },
          mark: { type: 'line', stroke: 'currentColor', strokeWidth: 1, opacity: 0.35 },
          encoding: { x, y },
        },
        {
          data: { values: points },
          mark: { type: 'line' },
          encoding: { x, y, color, strokeDash, strokeWidth, opacity: opacityOf(0.9) },
        },
        {
          data: { values: points.filter(({ met }) => met) },
          mark: { type: 'point', filled: true, size: 60 },
          encoding: { x, y, color, shape, opacity: opacityOf(1), tooltip: { field: 'tip', type: 'nominal' } },
        },
        {
          data: { values: points.filter(({ met }) => !met) },
          mark: { type: 'point', fill: 'var(--page)', strokeWidth: 1.6, size: 60 },
          encoding: { x, y, color, shape, opacity: opacityOf(1), tooltip: { field: 'tip', type: 'nominal' } },
        },
      ],
    },
  };
}

/** Every step of the searches of a scenario, with what it measured of each objective. */
export function capacityTable(searches: readonly Capacity[]): DataTable {
  const nameOf = armNames(searches);
  const points = searches.flatMap((search) =>
    curveOf(search).map((point) => ({ name: nameOf(search), point })),
  );
  const metrics = [...new Set(points.flatMap(({ point }) => point.values.map(({ metric }) => metric)))];
  const rate = (value: number | null) => (value === null ? '–' : formatQuantity(value, '1/s'));
  return {
    caption: 'Every step',
    columns: ['Step', 'Offered', 'Delivered', ...metrics, 'Verdict', 'Why'],
    rows: points.map(({ name, point }) => [
      `${name}, ${formatLoad(point.load, point.by)}`,
      rate(point.offeredPerSecond),
      rate(point.deliveredPerSecond),
      ...metrics.map((metric) => cellOf(point, metric)),
      VERDICT_WORDS[point.verdict],
      point.reasons.join('; '),
    ]),
  };
}

function cellOf({ values }: CurvePoint, metric: MetricId): string {
  const there = values.find((value) => value.metric === metric);
  return there === undefined || there.value === null || !there.carried
    ? '–'
    : formatQuantity(there.value, METRICS[metric].unit);
}

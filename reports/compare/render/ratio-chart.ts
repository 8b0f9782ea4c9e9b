import type { ChartSpec } from '../../html/chart.ts';
import { type Chart, colourOf, compact, opacityOf } from '../../html/chart.ts';
import { LOOKS } from '../../transports.ts';
import { type ComparedScenario, FINDING_WORDS, formatEffect, formatInterval } from '../people.ts';

/** Pixels for one line of the chart, and between two transports. */
const ROW = 20;

/** Every ratio of a scenario with its interval, on a logarithmic axis; `null` where there is none. */
export function comparisonChart({ scenario, pairs }: ComparedScenario): Chart | null {
  const values = pairs.flatMap(({ pair, name, changes }) =>
    changes
      .filter(({ effect }) => effect === 'ratio')
      .map((change) => ({
        arm: name,
        line: `${name}: ${change.title}`,
        colour: colourOf(pair.transport),
        shape: LOOKS[pair.transport].shape,
        ratio: compact(change.estimate),
        low: compact(change.low ?? change.estimate),
        high: compact(change.high ?? change.estimate),
        tip: `${name}, ${change.title}: ×${formatEffect(change)} ${formatInterval(change)} ${FINDING_WORDS[change.finding]}`,
      })),
  );
  if (values.length === 0) return null;
  const ends = values.flatMap(({ low, high }) => [low, high]);
  const [from, to] = [Math.min(...ends, 0.9) / 1.1, Math.max(...ends, 1.1) * 1.1];
  const lines = values.map(({ line }) => line);
  const y = {
    field: 'line',
    type: 'nominal',
    title: null,
    sort: lines,
    axis: { grid: false, labelOpacity: 1, labelLimit: 300 },
  } as const;
  const x = {
    type: 'quantitative',
    title: 'after, times before (logarithmic)',
    scale: { type: 'log', nice: false, domainMin: compact(from), domainMax: compact(to) },
    axis: { labelExpr: "'×' + format(datum.value, ',~r')", tickCount: 6 },
  } as const;
  const stroke = { field: 'colour', type: 'nominal', scale: null } as const;
  const layer: ChartSpec['layer'] = [
    {
      data: { values: [{ one: 1 }] },
      mark: { type: 'rule', stroke: 'currentColor', strokeOpacity: 0.6 },
      encoding: { x: { ...x, field: 'one' } },
    },
    {
      data: { values },
      mark: { type: 'rule', strokeWidth: 2.4 },
      encoding: {
        y,
        x: { ...x, field: 'low' },
        x2: { field: 'high' },
        color: stroke,
        opacity: opacityOf(0.55),
      },
    },
    {
      data: { values },
      mark: { type: 'point', filled: true, size: 60 },
      encoding: {
        y,
        x: { ...x, field: 'ratio' },
        color: stroke,
        shape: { field: 'shape', type: 'nominal', scale: null },
        opacity: opacityOf(1),
        tooltip: { field: 'tip', type: 'nominal' },
      },
    },
  ];
  return {
    title: `Ratios in ${scenario}`,
    reading:
      'Point: the ratio after / before. Line through it: its 95 % interval, where there are trials enough. Left of ×1 is less, right of it more; where a line crosses ×1, it cannot tell.',
    size: 'full',
    keys: [],
    table: {
      caption: `Ratios in ${scenario}`,
      columns: ['Transport and metric', 'Ratio', '95 % interval'],
      rows: pairs.flatMap(({ name, changes }) =>
        changes
          .filter(({ effect }) => effect === 'ratio')
          .map((change) => [`${name}: ${change.title}`, formatEffect(change), formatInterval(change) || '–']),
      ),
    },
    spec: { height: lines.length * ROW + 50, layer },
  };
}

import { capitalised } from '../../format.ts';
import { METRICS } from '../../metrics.ts';
import { nounOf, type Ratio, timesText } from '../../ratios.ts';
import type { Arm } from '../../summary.ts';
import { type ArmName, armNames } from '../../transports.ts';
import { armScales, type Chart, type ChartSpec, compact, opacityOf } from '../chart.ts';

/** Pixels for one arm of one metric, and between two metrics. */
const ROW = 17;
const METRIC_GAP = 14;

/** The ticks that an axis of ratios may have. */
const TICKS = [-4, -3, -2, -1, 0, 1, 2, 3, 4].flatMap((exponent) =>
  [1, 2, 5].map((digit) => Number(`${digit}e${exponent}`)),
);

/** Where hardly anything differs. */
const FINE_TICKS = [0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2];

/** More ticks than this and only the powers of ten are left. */
const MOST_TICKS = 8;

/** One ratio, and the 95 % interval through it; both ends are the ratio itself where there is none. */
export interface RatioPoint {
  readonly arm: string;
  readonly metric: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** What is said under the pointer. */
  readonly tip: string;
}

/** The noun of a metric, short, since a phone has half its width for it; what it is per is in the table. */
export function shortTitle(title: string): string {
  return capitalised(title.replace(/ per .*/, ''));
}

/** Ratios to a reference on a logarithmic axis, so that twice and half are equally far from it. */
export function ratioChart(ratios: readonly Ratio[], reference: Arm, arms: readonly Arm[]): Chart {
  const nameOf = armNames(arms);
  const points = ratios.map((each) => {
    const { arm, metric, ratio, low, high } = each;
    const title = shortTitle(nounOf(metric));
    return {
      arm: nameOf(arm),
      metric: title,
      ratio: compact(ratio),
      low: compact(low ?? ratio),
      high: compact(high ?? ratio),
      tip: `${nameOf(arm)}, ${title}: ${inWords(each)}`,
    };
  });
  return {
    title: `Ratios to ${nameOf(reference)}`,
    reading:
      'On a logarithmic axis. Point: the median of the ratios within a block. Line through it: its 95 % interval, where there are 6 blocks. Left of ×1 is less, right of it more; a line that crosses ×1 is no difference.',
    size: 'full',
    keys: [],
    table: {
      caption: `Ratios to ${nameOf(reference)}`,
      columns: ['Metric', 'Transport', 'Ratio'],
      rows: ratios.map((each) => [METRICS[each.metric].title, nameOf(each.arm), inWords(each)]),
      words: 2,
    },
    spec: ratioSpec(points, arms, `times ${nameOf(reference)}`),
  };
}

/** Ratios by metric, the arms of one below each other, on a logarithmic axis with a line at ×1. */
export function ratioSpec(points: readonly RatioPoint[], arms: readonly ArmName[], title: string): ChartSpec {
  const metrics = [...new Set(points.map(({ metric }) => metric))];
  const others = [...new Set(points.map(({ arm }) => arm))];
  const ends = points.flatMap(({ low, high }) => [low, high]);
  const [from, to] = [Math.min(...ends, 1) / 1.25, Math.max(...ends, 1) * 1.25];
  const { color, shape } = armScales(arms);
  const rows = new Set(arms.map(({ server }) => server)).size > 1 ? namedRows : bareRows;
  const { height, ...vertical } = rows(metrics, others);
  const x = {
    type: 'quantitative',
    title,
    scale: { type: 'log', nice: false, domainMin: compact(from), domainMax: compact(to) },
    axis: { values: ticksBetween(from, to), labelExpr: "'×' + format(datum.value, ',~r')" },
  } as const;
  const data = { values: points.map((point) => ({ ...point, row: rowOf(point.metric, point.arm) })) };
  return {
    height: height + 50,
    layer: [
      {
        data: { values: [{ one: 1 }] },
        mark: { type: 'rule', stroke: 'currentColor', strokeOpacity: 0.6 },
        encoding: { x: { ...x, field: 'one' } },
      },
      {
        data,
        mark: { type: 'rule', strokeWidth: 2.4 },
        encoding: {
          ...vertical,
          x: { ...x, field: 'low' },
          x2: { field: 'high' },
          color,
          opacity: opacityOf(0.55),
        },
      },
      {
        data,
        mark: { type: 'point', filled: true, size: 70 },
        encoding: {
          ...vertical,
          x: { ...x, field: 'ratio' },
          color,
          shape,
          opacity: opacityOf(1),
          tooltip: { field: 'tip', type: 'nominal' },
        },
      },
    ],
  };
}

/** The arms of a metric in a band with its name: their looks tell them apart. */
function bareRows(metrics: readonly string[], others: readonly string[]) {
  return {
    height: metrics.length * (others.length * ROW + METRIC_GAP),
    y: {
      field: 'metric',
      type: 'nominal',
      title: null,
      sort: [...metrics] as string[],
      scale: { domain: [...metrics] as string[], paddingInner: 0.25, paddingOuter: 0.12 },
      axis: { labelOpacity: 1, labelLimit: 210, grid: false },
    },
    yOffset: { field: 'arm', type: 'nominal', scale: { domain: [...others] as string[], padding: 0.4 } },
  } as const;
}

/** A row with its name for each arm, below the name of the metric: a transport looks the same on every server. */
function namedRows(metrics: readonly string[], others: readonly string[]) {
  const keys = metrics.flatMap((metric) => ['', ...others].map((arm) => rowOf(metric, arm)));
  const isMetric = `indexof(datum.value, '${BETWEEN}') === length(datum.value) - 1`;
  return {
    height: keys.length * ROW,
    y: {
      field: 'row',
      type: 'nominal',
      title: null,
      sort: keys,
      scale: { domain: keys },
      axis: {
        labelExpr: `split(datum.value, '${BETWEEN}')[${isMetric} ? 0 : 1]`,
        labelFontWeight: { condition: { test: isMetric, value: 'bold' }, value: 'normal' },
        labelOpacity: 1,
        labelLimit: 210,
        labelOverlap: false,
        grid: false,
      },
    },
  } as const;
}

/** Between the metric and the arm that a row is named by; neither has it. */
const BETWEEN = '|';

function rowOf(metric: string, arm: string): string {
  return `${metric}${BETWEEN}${arm.replaceAll(BETWEEN, '/')}`;
}

function inWords({ ratio, low, high, distance }: Ratio): string {
  const interval = low === null || high === null ? '' : ` (${timesText(low)} to ${timesText(high)})`;
  const word = { apart: '', tied: ', no difference', untold: ', too few trials to tell' }[distance];
  return `${timesText(ratio)}${interval}${word}`;
}

function ticksBetween(from: number, to: number): number[] {
  const inside = TICKS.filter((tick) => tick >= from && tick <= to);
  if (inside.length < 3) return FINE_TICKS.filter((tick) => tick >= from && tick <= to);
  return inside.length <= MOST_TICKS ? inside : inside.filter((tick) => Number.isInteger(Math.log10(tick)));
}

import { formatQuantity, scaleOf } from '../format.ts';
import {
  armScales,
  type Chart,
  type ChartSpec,
  compact,
  LINEAR_AXIS,
  latencyAxis,
  opacityOf,
} from '../html/chart.ts';
import { METRICS, type MetricId } from '../metrics.ts';
import { armNames } from '../transports.ts';
import type { Series, Track } from './series.ts';
import { describeChange, describeStep } from './words.ts';

/** A series with the track that it belongs to. */
export interface Followed {
  readonly track: Track;
  readonly series: Series;
}

/** A number of a run, and where it stands. */
interface Place {
  readonly arm: string;
  /** 1 for the oldest run of the chart. */
  readonly run: number;
  readonly value: number;
  readonly tip: string;
}

/** Pixels from the top of the chart to the first words of a change, and from one to the next. */
const WORDS_TOP = 4;
const WORDS_HEIGHT = 14;

/**
 * One metric of several transports from run to run: a point a run, a level between two changes, and at each
 * change what it was before and what it was after.
 */
export function trendChart(metric: MetricId, followed: readonly Followed[]): Chart {
  const { title, unit } = METRICS[metric];
  const arms = followed.map(({ track }) => track);
  const nameOf = armNames(arms);
  const starts = [
    ...new Set(followed.flatMap(({ series }) => series.points.map(({ startedAt }) => startedAt))),
  ].sort();
  const placeOf = (startedAt: string | undefined) => starts.indexOf(startedAt ?? '') + 1;
  const largest = Math.max(...followed.flatMap(({ series }) => series.points.map(({ value }) => value)));
  const { divisor, suffix } = unit === 'µs' ? { divisor: 1_000, suffix: 'ms' } : scaleOf(largest, unit);
  const scaled = (value: number) => compact(value / divisor);

  const points = followed.flatMap(({ track, series }) =>
    series.points.map(({ startedAt, label, value }): Place => {
      const at = `${dateOf(startedAt)}${label === null ? '' : ` at ${label}`}`;
      const tip = `${nameOf(track)}, ${at}: ${formatQuantity(value, unit)}`;
      return { arm: nameOf(track), run: placeOf(startedAt), value: scaled(value), tip };
    }),
  );
  const changes = followed.flatMap(({ track, series }) =>
    series.changes.map((change) => ({
      arm: nameOf(track),
      // Between the last run before it and the first one after.
      run: placeOf(series.points[change.index]?.startedAt) - 0.5,
      words: `${nameOf(track)}: ${describeStep(series, change)}`,
      tip: `${nameOf(track)}, ${describeChange(series, change)}`,
      before: scaled(change.before),
      after: scaled(change.after),
    })),
  );
  const levels = followed.flatMap(({ track, series }) =>
    levelsOf(series).map((level) => ({
      arm: nameOf(track),
      from: placeOf(series.points[level.from]?.startedAt) - 0.5,
      to: placeOf(series.points[level.to]?.startedAt) + 0.5,
      value: scaled(level.value),
    })),
  );
  const words = changes.map((change, index) => ({ ...change, top: WORDS_TOP + WORDS_HEIGHT * index }));

  const { color, strokeDash, strokeWidth, shape } = armScales(arms);
  const x = {
    field: 'run',
    type: 'quantitative',
    title: 'runs, from the oldest to the newest',
    scale: { domainMin: 0.5, domainMax: starts.length + 0.5, nice: false },
    axis: { grid: false, tickMinStep: 1, tickCount: Math.min(starts.length, 10), format: 'd' },
  } as const;
  const y = {
    field: 'value',
    type: 'quantitative',
    ...axisOf(
      metric,
      suffix,
      points.map(({ value }) => value),
    ),
  } as const;
  const tooltip = { field: 'tip', type: 'nominal' } as const;
  const layer: ChartSpec['layer'] = [
    {
      data: { values: points.map(({ arm, run, value }) => ({ arm, run, value })) },
      mark: { type: 'line', strokeWidth: 1 },
      encoding: { x, y, color, strokeDash, opacity: opacityOf(0.4) },
    },
    {
      data: { values: points },
      mark: { type: 'point', filled: true, size: 36 },
      encoding: { x, y, color, shape, opacity: opacityOf(1), tooltip },
    },
    {
      data: { values: levels },
      mark: { type: 'rule' },
      encoding: {
        x: { ...x, field: 'from' },
        x2: { field: 'to' },
        y,
        color,
        strokeWidth,
        opacity: opacityOf(0.8),
      },
    },
    {
      data: { values: changes },
      mark: { type: 'rule', strokeDash: [3, 3], strokeWidth: 1.4 },
      encoding: { x, color, opacity: opacityOf(1), tooltip },
    },
    ...(['left', 'right'] as const).map((align) => ({
      // Words stand where there is room: right of the change in the first half, left of it in the second.
      data: { values: words.filter(({ run }) => run <= starts.length / 2 === (align === 'left')) },
      mark: {
        type: 'text',
        align,
        baseline: 'top',
        dx: align === 'left' ? 5 : -5,
        fontSize: 12,
        fill: 'currentColor',
      } as const,
      encoding: {
        x,
        y: { field: 'top', type: 'quantitative', scale: null } as const,
        text: { field: 'words', type: 'nominal' } as const,
        opacity: opacityOf(1),
        tooltip,
      },
    })),
  ];
  return {
    title: `${title} from run to run`,
    reading: `One point a run, the median over its trials.${unit === 'µs' ? '' : ' The axis does not begin at 0.'} A dashed upright line is a change, with the medians before and after it, which the level lines are.`,
    size: 'full',
    keys: [],
    table: {
      caption: `${title} from run to run`,
      columns: ['Run', 'Started', 'Label', ...arms.map(nameOf), 'Change'],
      rows: starts.map((startedAt, index) => {
        const own = followed.map(({ series }) =>
          series.points.find((point) => point.startedAt === startedAt),
        );
        const changed = changes.filter(({ run }) => run === index + 0.5).map(({ words }) => words);
        return [
          String(index + 1),
          dateOf(startedAt),
          own.find((point) => point?.label != null)?.label ?? '–',
          ...own.map((point) => (point === undefined ? '–' : formatQuantity(point.value, unit))),
          changed.join('; ') || '–',
        ];
      }),
    },
    spec: { height: 260, layer },
  };
}

interface Level {
  /** Of the first and the last of its points. */
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** The medians between changes; a series without one has no level to be told from another. */
function levelsOf({ points, changes }: Series): Level[] {
  return changes.flatMap(({ index, before, after }, at) => {
    const end = (changes[at + 1]?.index ?? points.length) - 1;
    const own = { from: index, to: end, value: after };
    return at === 0 ? [{ from: 0, to: index - 1, value: before }, own] : [own];
  });
}

function axisOf(metric: MetricId, suffix: string, values: readonly number[]) {
  const { title, unit } = METRICS[metric];
  if (unit === 'µs') return latencyAxis(values, title.toLowerCase());
  return {
    title: `${title.toLowerCase()}${suffix === '' ? '' : `, ${suffix}`}`,
    scale: { type: 'linear', zero: false },
    axis: LINEAR_AXIS,
  } as const;
}

function dateOf(startedAt: string): string {
  return startedAt.slice(0, 16).replace('T', ' ');
}

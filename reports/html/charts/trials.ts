import { formatQuantity } from '../../format.ts';
import { METRICS, type MetricId } from '../../metrics.ts';
import type { Trial } from '../../results/schema.ts';
import { type Arm, isCarried } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { armScales, type Chart, compact, latencyAxis, opacityOf } from '../chart.ts';

/** One trial's number, in the order of the run. */
interface Point {
  readonly arm: string;
  /** 1 for the first trial of the scenario that ran. */
  readonly place: number;
  readonly value: number;
  readonly validity: string;
  readonly tip: string;
}

/** The value of a metric in a trial, where it completed and has the samples for it. */
export function trialValue({ outcome }: Trial, metric: MetricId): number | null {
  if (outcome.status !== 'completed' || !isCarried(metric, outcome.measurements)) return null;
  return METRICS[metric].of(outcome.measurements);
}

/** One latency of every trial, in the order in which they ran: a drift of the machine would show. */
export function trialsChart(arms: readonly Arm[], metric: MetricId): Chart | null {
  const nameOf = armNames(arms);
  const { title, unit } = METRICS[metric];
  const ran = arms
    .flatMap((arm) => arm.trials.map((trial) => ({ arm, trial })))
    .sort((left, right) => left.trial.order - right.trial.order);
  const points = ran.flatMap(({ arm, trial }, index): Point[] => {
    const value = trialValue(trial, metric);
    if (value === null || trial.outcome.status !== 'completed') return [];
    const { validity } = trial.outcome;
    const tip = `${nameOf(arm)}, block ${trial.block + 1}: ${formatQuantity(value, unit)}, ${validity}`;
    return [{ arm: nameOf(arm), place: index + 1, value: compact(value / 1_000), validity, tip }];
  });
  if (points.length === 0) return null;
  const { color, strokeDash, shape } = armScales(arms);
  const x = {
    field: 'place',
    type: 'quantitative',
    title: 'trials in the order in which they ran',
    scale: { domainMin: 0.5, domainMax: ran.length + 0.5, nice: false },
    axis: { grid: false, tickMinStep: 1, tickCount: Math.min(ran.length, 8), format: 'd' },
  } as const;
  const y = {
    field: 'value',
    type: 'quantitative',
    ...latencyAxis(
      points.map(({ value }) => value),
      title.toLowerCase(),
    ),
  } as const;
  const tooltip = { field: 'tip', type: 'nominal' } as const;
  return {
    title: `${title} of every trial`,
    reading:
      'One point per trial, with fresh processes each. Rings: invalid trials. A machine that warms up or tires shows as a slope that all transports share.',
    size: 'full',
    keys: [],
    table: {
      caption: `${title} of every trial`,
      columns: ['Trial', 'Transport', 'Block', title, 'Outcome'],
      rows: ran.map(({ arm, trial }, index) => {
        const value = trialValue(trial, metric);
        const { outcome } = trial;
        return [
          String(index + 1),
          nameOf(arm),
          String(trial.block + 1),
          value === null ? '–' : formatQuantity(value, unit),
          outcome.status === 'completed' ? outcome.validity : outcome.status,
        ];
      }),
    },
    spec: {
      height: 260,
      layer: [
        {
          data: { values: points.map(({ arm, place, value }) => ({ arm, place, value })) },
          mark: { type: 'line', strokeWidth: 1.2 },
          encoding: { x, y, color, strokeDash, opacity: opacityOf(0.6) },
        },
        {
          data: { values: points },
          mark: { type: 'point', filled: true, size: 60 },
          encoding: { x, y, color, shape, opacity: opacityOf(1), tooltip },
        },
        {
          data: { values: points.filter(({ validity }) => validity === 'invalid') },
          mark: { type: 'point', shape: 'circle', size: 240, stroke: 'var(--bad)', strokeWidth: 1.6 },
          encoding: { x, y, opacity: opacityOf(1), tooltip },
        },
      ],
    },
  };
}

import type { Transport } from '../../servers/contract.ts';
import { METRICS, type MetricId } from '../metrics.ts';
import { parseObjective } from '../objectives.ts';
import type { LoadKind, StepVerdict } from '../results/capacity.ts';
import type { Capacity, CapacityStep, Results } from '../results/schema.ts';
import { isCarried } from '../summary.ts';
import { keepingUp } from './keeping-up.ts';

/** What one step measured of one objective's metric. */
export interface CurveValue {
  readonly metric: MetricId;
  /** `null` where the trial has no such number. */
  readonly value: number | null;
  /** Whether the samples carry it, so that people may see it. */
  readonly carried: boolean;
}

/** One step of a search, as every format shows it. */
export interface CurvePoint {
  readonly scenario: string;
  readonly transport: Transport;
  readonly server: string;
  readonly by: LoadKind;
  readonly load: number;
  readonly verdict: StepVerdict;
  readonly reasons: readonly string[];
  /** Deliveries per second that the plan asked for, and those that came; `null` where there was no load of messages or no end. */
  readonly offeredPerSecond: number | null;
  readonly deliveredPerSecond: number | null;
  /** One for each metric that an objective is about. */
  readonly values: readonly CurveValue[];
}

/** The steps of a search by their load; those of one load in the order in which they were run. */
export function curveOf(capacity: Capacity): CurvePoint[] {
  const metrics = metricsOf(capacity);
  return [...capacity.steps]
    .sort((left, right) => left.load - right.load)
    .map((step) => pointOf(capacity, step, metrics));
}

/** The metrics that the objectives of a search are about, each once. */
export function metricsOf({ objectives }: Capacity): readonly MetricId[] {
  return [...new Set(objectives.map((text) => parseObjective(text).metric))];
}

/** The searches of a file; none where none was made. */
export function capacitiesOf({ capacities = [] }: Results): readonly Capacity[] {
  return capacities;
}

function pointOf(
  { scenario, transport, server, by }: Capacity,
  { load, verdict, reasons, trial: { outcome } }: CapacityStep,
  metrics: readonly MetricId[],
): CurvePoint {
  const names = { scenario, transport, server, by, load, verdict, reasons };
  if (outcome.status !== 'completed') {
    const values = metrics.map((metric) => ({ metric, value: null, carried: false }));
    return { ...names, offeredPerSecond: null, deliveredPerSecond: null, values };
  }
  const { measurements } = outcome;
  const { offeredPerSecond, deliveredPerSecond } = keepingUp(measurements);
  const isLoaded = offeredPerSecond > 0;
  return {
    ...names,
    offeredPerSecond: isLoaded ? offeredPerSecond : null,
    deliveredPerSecond: isLoaded ? deliveredPerSecond : null,
    values: metrics.map((metric) => ({
      metric,
      value: METRICS[metric].of(measurements),
      carried: isCarried(metric, measurements),
    })),
  };
}

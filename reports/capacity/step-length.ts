import { throughputOf } from '../../scenarios/deliveries.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import { METRICS } from '../metrics.ts';
import type { Objective } from '../objectives.ts';
import { SAMPLES_BEYOND } from '../summary.ts';

/** A step that would have to be longer says that it cannot tell. */
export const LONGEST_STEP_MS = 60_000;

/** Arrivals at random may be fewer than their mean. */
const MARGIN = 1.15;

/**
 * How long a step has to measure, so that the samples carry the percentiles of the objectives, and so that
 * a load beyond the capacity by the precision of the search makes messages too late before the step is over: a
 * queue that is fed 5 % too fast is 50 ms long after a second.
 *
 * @param scenario at the step's load; its measuring phase is the least.
 * @param precision 0.05 for 5 %.
 * @returns whole milliseconds, {@link LONGEST_STEP_MS} at most unless the scenario's own is longer.
 */
export function stepMs(scenario: Scenario, objectives: readonly Objective[], precision: number): number {
  const { messages, deliveries } = throughputOf(scenario);
  const needed = objectives.map(({ metric, bound }) => {
    const { quantile, unit } = METRICS[metric];
    const perSecond = metric.startsWith('lateness.') ? messages : deliveries;
    const isDelivery = /^(?:latency|service|lateness)\./.test(metric);
    const samplesMs =
      quantile === null || !isDelivery || perSecond === 0
        ? 0
        : ((SAMPLES_BEYOND / (1 - quantile.q)) * MARGIN * 1_000) / perSecond;
    const queueMs =
      isDelivery && unit === 'µs' && bound.kind === 'absolute' ? bound.amount / 1_000 / precision : 0;
    return Math.max(samplesMs, queueMs);
  });
  const own = scenario.phases.measureMs;
  return Math.max(own, Math.min(LONGEST_STEP_MS, Math.ceil(Math.max(0, ...needed))));
}

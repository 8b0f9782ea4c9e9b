import { METRICS, type MetricId } from '../metrics.ts';

/** How much worse a metric may get, when nobody says so, without being called a regression. */

const MEDIAN_LATENCY = 0.1;
const TAIL_LATENCY = 0.2;
const THROUGHPUT = 0.05;
const RESOURCE = 0.1;
const BYTES = 0.01;
const COUNT = 0.01;

/**
 * The margin of a metric as a share of the baseline, of which there may be so much more, or less. `calibrate` says whether a machine is calm enough
 * for it.
 */
export function defaultMargin(metric: MetricId): number {
  if (isUse(metric)) return RESOURCE;
  switch (METRICS[metric].unit) {
    case 'µs':
      return isMiddle(metric) ? MEDIAN_LATENCY : TAIL_LATENCY;
    case '1/s':
      return THROUGHPUT;
    case '%':
      return RESOURCE;
    case 'B':
      return BYTES;
    case 'count':
      return COUNT;
  }
}

/**
 * The change below which nothing is a regression, in the metric's unit: a tenth of next to nothing is
 * nothing. It holds for the margins that people give in per cent, too.
 */
export function floorOf(metric: MetricId): number {
  if (isUse(metric)) return 0;
  switch (METRICS[metric].unit) {
    case 'µs':
      return isMiddle(metric) ? 200 : 1_000;
    case 'B':
    case 'count':
      return 1;
    case '1/s':
    case '%':
      return 0;
  }
}

/**
 * Whether a metric counts something: the same load gives the same number, or nearly. Memory is in
 * bytes and yet measured, since a garbage collector decides on it.
 */
export function isCounted(metric: MetricId): boolean {
  const { unit } = METRICS[metric];
  return (unit === 'B' || unit === 'count') && !isUse(metric);
}

/** CPU and memory of a process. */
function isUse(metric: MetricId): boolean {
  return /^(server|generator)\.(cpu|rss)/.test(metric);
}

function isMiddle(metric: MetricId): boolean {
  return /\.(p50|mean)$/.test(metric);
}

import { curveOf, metricsOf } from '../capacity/curve.ts';
import {
  describeAnswer,
  describeSearch,
  describeVerdicts,
  isOfEach,
  VERDICT_WORDS,
} from '../capacity/describe.ts';
import { formatNarrow, formatQuantity, sentence } from '../format.ts';
import { METRICS } from '../metrics.ts';
import type { Capacity } from '../results/schema.ts';
import { LOOKS } from '../transports.ts';
import { clip, TEXT_WIDTH, wrap } from '../wrap.ts';

const LOAD_WIDTH = 12;
const RATE_WIDTH = 11;
const VERDICT_WIDTH = 13;

/** An amount with its unit, such as `1,234 ms`. */
const LEAST_VALUE_WIDTH = 12;
/** What the columns of values share. */
const VALUES_WIDTH = TEXT_WIDTH - LOAD_WIDTH - 2 * RATE_WIDTH - VERDICT_WIDTH;

/** More would not fit; they are in the reasons, and in JSON and CSV. */
const MOST_VALUES = 2;

/** One search for a terminal: what it found, and what was offered against what was delivered. */
export function capacityBlock(capacity: Capacity): string {
  const { scenario, transport, server, by } = capacity;
  const points = curveOf(capacity);
  const metrics = metricsOf(capacity).slice(0, MOST_VALUES);
  const rows = points.map(({ load, offeredPerSecond, deliveredPerSecond, values, verdict }) => [
    formatNarrow(load),
    offeredPerSecond === null ? '-' : formatNarrow(offeredPerSecond),
    deliveredPerSecond === null ? '-' : formatNarrow(deliveredPerSecond),
    ...values.slice(0, MOST_VALUES).map(({ metric, value, carried }) => {
      return value === null || !carried ? '-' : formatQuantity(value, METRICS[metric].unit);
    }),
    VERDICT_WORDS[verdict],
  ]);
  const widths = [LOAD_WIDTH, RATE_WIDTH, RATE_WIDTH, ...valueWidths(metrics), VERDICT_WIDTH];
  const line = (cells: readonly string[]) => lineOf(cells, widths);
  const rateUnit = isOfEach(capacity) ? 'each, per s' : 'per s';
  const words = describeVerdicts(points.map(({ verdict }) => verdict));
  return [
    wrap(`${scenario}, ${LOOKS[transport].inSentence} on ${server}: ${describeSearch(capacity)}`),
    [
      line([by === 'rate' ? 'rate' : 'connections', 'offered', 'delivered', ...metrics, '']),
      line([by === 'rate' ? rateUnit : '', 'per s', 'per s', ...metrics.map(() => ''), '']),
      ...rows.map(line),
    ].join('\n'),
    [wrap(sentence(describeAnswer(capacity))), ...(words === null ? [] : [wrap(words)])].join('\n'),
  ].join('\n\n');
}

/** As wide as the names of the metrics; where there is no room for all, none is cut to less than its share. */
function valueWidths(metrics: readonly string[]): number[] {
  const own = metrics.map((metric) => Math.max(LEAST_VALUE_WIDTH, metric.length + 1));
  const all = own.reduce((sum, width) => sum + width, 0);
  const share = Math.floor(VALUES_WIDTH / MOST_VALUES);
  return own.map((width) => Math.min(width, Math.max(share, VALUES_WIDTH - (all - width))));
}

/** Cells flush right, the last one too. */
function lineOf(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, index) => ` ${clip(cell, (widths[index] ?? 0) - 1)}`.padStart(widths[index] ?? 0))
    .join('')
    .trimEnd();
}

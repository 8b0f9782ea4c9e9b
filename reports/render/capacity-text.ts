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
import { clip, wrap } from '../wrap.ts';

const LOAD_WIDTH = 12;
const RATE_WIDTH = 11;
const VALUE_WIDTH = 16;
const VERDICT_WIDTH = 13;

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

/** Cells flush right, the last one too. */
function line(cells: readonly string[]): string {
  const values = cells.slice(3, -1).map(() => VALUE_WIDTH);
  const widths = [LOAD_WIDTH, RATE_WIDTH, RATE_WIDTH, ...values, VERDICT_WIDTH];
  return cells
    .map((cell, index) => ` ${clip(cell, (widths[index] ?? 0) - 1)}`.padStart(widths[index] ?? 0))
    .join('')
    .trimEnd();
}

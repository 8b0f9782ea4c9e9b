import { curveOf, metricsOf } from '../capacity/curve.ts';
import { describeAnswer, describeSearch, formatLoad, isOfEach, VERDICT_WORDS } from '../capacity/describe.ts';
import { formatQuantity, sentence } from '../format.ts';
import { METRICS } from '../metrics.ts';
import type { Capacity } from '../results/schema.ts';
import { LOOKS } from '../transports.ts';
import { escaped, tableLine } from './markdown-text.ts';

/** One search as a section of Markdown. */
export function capacityMarkdown(capacity: Capacity): string {
  const { scenario, transport, server, by } = capacity;
  const metrics = metricsOf(capacity);
  const rate = isOfEach(capacity) ? 'Rate of each source' : 'Rate';
  const head = [by === 'rate' ? rate : 'Connections', 'Offered', 'Delivered', ...metrics, 'Step', 'Why'];
  const rows = curveOf(capacity).map(
    ({ load, offeredPerSecond, deliveredPerSecond, values, verdict, reasons }) => [
      formatLoad(load, by),
      perSecond(offeredPerSecond),
      perSecond(deliveredPerSecond),
      ...values.map(({ metric, value, carried }) => {
        return value === null || !carried ? '–' : formatQuantity(value, METRICS[metric].unit);
      }),
      VERDICT_WORDS[verdict],
      reasons.join('; '),
    ],
  );
  return [
    `## Capacity: ${escaped(scenario)}, ${LOOKS[transport].inSentence} on ${escaped(server)}`,
    escaped(`${sentence(describeSearch(capacity))} ${sentence(describeAnswer(capacity))}`),
    [
      tableLine(head),
      tableLine(head.map((_, index) => (index >= head.length - 2 ? ':--' : '--:'))),
      ...rows.map((row) => tableLine(row.map(escaped))),
    ].join('\n'),
  ].join('\n\n');
}

function perSecond(value: number | null): string {
  return value === null ? '–' : formatQuantity(value, '1/s');
}

import { METRIC_IDS, METRICS } from '../metrics.ts';
import type { Results } from '../results/schema.ts';

const HEADER = ['scenario', 'transport', 'server', 'block', 'validity', 'metric', 'unit', 'better', 'value'];

/**
 * For spreadsheets and data frames: one record per completed trial and metric, in RFC 4180's format
 * with CRLF line ends. Numbers are in full; a metric without a number in a trial has no record.
 */
export function renderCsv(results: Results): string {
  const records = results.trials.flatMap(({ scenario, transport, server, block, outcome }) => {
    if (outcome.status !== 'completed') return [];
    const names = [scenario.name, transport, server, String(block), outcome.validity];
    return METRIC_IDS.flatMap((metric) => {
      const { unit, better, of } = METRICS[metric];
      const value = of(outcome.measurements);
      return value === null ? [] : [[...names, metric, unit, better, String(value)]];
    });
  });
  return [HEADER, ...records].map(csvRecord).join('');
}

/** A record of RFC 4180 with its line end. */
export function csvRecord(fields: readonly string[]): string {
  return `${fields.map(field).join(',')}\r\n`;
}

/** RFC 4180 §2, rules 5 to 7: quoted where it holds a comma, a quote or a line end; quotes doubled. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

import { capacitiesOf } from '../capacity/curve.ts';
import { keepingUp } from '../capacity/keeping-up.ts';
import { METRIC_IDS, METRICS } from '../metrics.ts';
import type { Completed, Results, Trial } from '../results/schema.ts';

const HEADER = ['scenario', 'transport', 'server', 'block', 'validity', 'metric', 'unit', 'better', 'value'];

/** Where a capacity was searched, these follow: what the step turned, to how much, and what it says. */
const STEP_HEADER = ['by', 'load', 'verdict'];

/**
 * For spreadsheets and data frames: one record per completed trial and metric, in RFC 4180's format
 * with CRLF line ends. Numbers are in full; a metric without a number in a trial has no record. The
 * steps of a search are trials of their own, numbered by block.
 */
export function renderCsv(results: Results): string {
  const searches = capacitiesOf(results);
  const ofTrials = results.trials.flatMap(recordsOf);
  if (searches.length === 0) return [HEADER, ...ofTrials].map(csvRecord).join('');
  const ofSteps = searches.flatMap(({ by, steps }) =>
    steps.flatMap(({ load, verdict, trial }) =>
      [...recordsOf(trial), ...throughputRecords(trial)].map((record) => [
        ...record,
        by,
        String(load),
        verdict,
      ]),
    ),
  );
  const records = [...ofTrials.map((record) => [...record, ...STEP_HEADER.map(() => '')]), ...ofSteps];
  return [[...HEADER, ...STEP_HEADER], ...records].map(csvRecord).join('');
}

function recordsOf(trial: Trial): string[][] {
  const { outcome } = trial;
  if (outcome.status !== 'completed') return [];
  return METRIC_IDS.flatMap((metric) => {
    const { unit, better, of } = METRICS[metric];
    const value = of(outcome.measurements);
    return value === null ? [] : [[...namesOf(trial, outcome), metric, unit, better, String(value)]];
  });
}

/** The two axes of the curve, which are no metrics of a trial that is there for itself. */
function throughputRecords(trial: Trial): string[][] {
  const { outcome } = trial;
  if (outcome.status !== 'completed') return [];
  const { offeredPerSecond, deliveredPerSecond } = keepingUp(outcome.measurements);
  const names = namesOf(trial, outcome);
  return [
    [...names, 'step.offeredPerSecond', '1/s', 'none', String(offeredPerSecond)],
    [...names, 'step.deliveredPerSecond', '1/s', 'higher', String(deliveredPerSecond)],
  ];
}

function namesOf({ scenario, transport, server, block }: Trial, { validity }: Completed): string[] {
  return [scenario.name, transport, server, String(block), validity];
}

/** A record of RFC 4180 with its line end. */
export function csvRecord(fields: readonly (string | number)[]): string {
  return `${fields.map(field).join(',')}\r\n`;
}

/** What makes a spreadsheet take a text for a formula, and carry it out; a number below 0 is none. */
const FORMULA = /^(?!-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$)[=+\-@\t\r\n]/;

/**
 * RFC 4180 §2, rules 5 to 7: quoted where it holds a comma, a quote or a line end; quotes doubled. A
 * text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
 * injection).
 */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

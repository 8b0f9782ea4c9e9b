import { capacitiesOf, curveOf } from '../capacity/curve.ts';
import { repeatsOf } from '../repeats.ts';
import type { Results } from '../results/schema.ts';
import { summarise } from '../summary.ts';

/** The schema name of the summary. */
export const SUMMARY_SCHEMA = 'wirebench/summary@1';

/**
 * For other programs: every number of every arm, also the quantiles that too few samples carry, and
 * how every trial ended; where a capacity was searched, also every step of the search. A metric without a number in any trial of an arm has no row.
 */
export function renderJson(results: Results): string {
  const rows = summarise(results).flatMap(({ arms }) => arms.flatMap((arm) => [...arm.rows.values()]));
  const trials = results.trials.map(({ scenario, transport, server, block, outcome }) => ({
    scenario: scenario.name,
    transport,
    server,
    block,
    status: outcome.status,
    validity: outcome.status === 'completed' ? outcome.validity : null,
    warnings:
      outcome.status === 'completed' ? outcome.warnings.map(({ code, message }) => ({ code, message })) : [],
    reason: outcome.status === 'completed' ? null : outcome.reason,
  }));
  const searches = capacitiesOf(results).map((capacity) => {
    const { scenario, transport, server, by, objectives, range, answer } = capacity;
    const steps = curveOf(capacity).map(
      ({ load, verdict, reasons, offeredPerSecond, deliveredPerSecond, values }) => ({
        load,
        verdict,
        reasons,
        offeredPerSecond,
        deliveredPerSecond,
        values,
      }),
    );
    return { scenario, transport, server, by, objectives, range, answer, steps };
  });
  const capacities = searches.length === 0 ? {} : { capacities: searches };
  const repeats = repeatsOf(results);
  const repeated = repeats.length === 0 ? {} : { repeated: repeats };
  return `${JSON.stringify({ schema: SUMMARY_SCHEMA, rows, trials, ...repeated, ...capacities }, null, 2)}\n`;
}

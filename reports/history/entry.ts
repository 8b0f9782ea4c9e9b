import { createHash } from 'node:crypto';
import type { Scenario } from '../../scenarios/schema.ts';
import { METRIC_IDS, METRICS } from '../metrics.ts';
import { addHistograms, decodeHistogram, encodeHistogram } from '../results/histogram.ts';
import type { Measurements, Results } from '../results/schema.ts';
import { type Arm, summarise } from '../summary.ts';
import { HISTORY_SCHEMA, type HistoryArm, type HistoryEntry, type KeptHistogram } from './schema.ts';

/**
 * A run as the history keeps it.
 *
 * @param label what was measured, such as a commit; `null` where nobody says.
 */
export function entryOf(results: Results, label: string | null): HistoryEntry {
  const { startedAt, tool, seed, environment } = results;
  const arms = summarise(results).flatMap(({ arms }) => arms.map(armOf));
  return { schema: HISTORY_SCHEMA, startedAt, tool, label, seed, environment, arms };
}

/** The line of an entry, without its end. */
export function historyLine(entry: HistoryEntry): string {
  return JSON.stringify(entry);
}

/** What tells scenarios apart, whatever they are called; the words of the question do not matter. */
export function scenarioHash({ question: _, ...asked }: Scenario): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(asked)))
    .digest('hex')
    .slice(0, 12);
}

/** With the keys of every object in order, so that their order says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inside]) => [key, sorted(inside)]));
}

function armOf({ scenario, transport, server, trials, completed }: Arm): HistoryArm {
  const sound = completed
    .filter(({ validity }) => validity !== 'invalid')
    .map(({ measurements }) => measurements);
  const skipped = trials.filter(({ outcome }) => outcome.status === 'skipped').length;
  const metrics = METRIC_IDS.flatMap((id) => {
    const values = sound.map(METRICS[id].of).filter((value) => value !== null);
    return values.length === 0 ? [] : [[id, values] as const];
  });
  return {
    scenario: scenario.name,
    scenarioHash: scenarioHash(scenario),
    transport,
    server,
    trials: sound.length,
    leftOut: trials.length - skipped - sound.length,
    metrics: Object.fromEntries(metrics),
    histograms: {
      latency: merged('latency', sound),
      service: merged('service', sound),
      lateness: merged('lateness', sound),
      connect: merged('connect', sound),
      recovery: merged('recovery', sound),
    },
  };
}

function merged(name: KeptHistogram, trials: readonly Measurements[]): string {
  return encodeHistogram(addHistograms(trials.map(({ histograms }) => decodeHistogram(histograms[name]))));
}

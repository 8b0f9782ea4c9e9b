import type { Transport } from '../../servers/contract.ts';
import type { Capacity, Results } from '../results/schema.ts';
import { completed, encoded, measurements, results, scenario, trial } from './results.ts';

/** What is offered per step, and the p99 that comes of it: a queue from 400/s on. */
const STEPS = [
  { load: 50, ms: 4 },
  { load: 100, ms: 6 },
  { load: 200, ms: 11 },
  { load: 400, ms: 180 },
  { load: 300, ms: 60 },
] as const;

const LIMIT_MS = 100;

/** A search that tried {@link STEPS}, as `capacity` would write it. */
export function search(transport: Transport, server = 'reference', name = 'live-feed'): Capacity {
  const steps = STEPS.map(({ load, ms }, order) => {
    const asked = scenario({ name });
    const deliveries = load * 100;
    const missed = ms > LIMIT_MS;
    const received = missed ? Math.round(deliveries * 0.8) : deliveries;
    const empty = measurements();
    const measured = measurements({
      measureMs: 1_000,
      messages: { ...empty.messages, due: load, sent: load, expected: deliveries, received },
      histograms: { ...empty.histograms, latency: encoded(Array<number>(2_500).fill(ms * 1_000)) },
    });
    const outcome = completed(measured);
    return {
      load,
      verdict: missed ? ('missed' as const) : ('met' as const),
      reasons: missed ? [`latency.p99 ${ms} ms, not <= ${LIMIT_MS} ms`] : [],
      trial: trial({ scenario: asked, transport, server, block: order, order, outcome }),
    };
  });
  return {
    scenario: name,
    transport,
    server,
    by: 'rate',
    objectives: [`latency.p99 <= ${LIMIT_MS} ms`],
    range: { from: 50, to: 1_000, precision: 0.25 },
    steps,
    answer: { kind: 'found', load: 300, missedAt: 400 },
  };
}

/** A file of these searches and no run. */
export function searchResults(...capacities: readonly Capacity[]): Results {
  return results([], { ceilings: [], capacities });
}

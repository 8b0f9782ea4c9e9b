import type { ScenarioInput } from './schema.ts';

/**
 * What `check` measures when nobody says what: a stream as short as a gated p99 allows, so that it can
 * be repeated often.
 */
export const steady: ScenarioInput = {
  name: 'steady',
  question: 'Is a steady stream still as prompt, as light and as cheap as it was?',
  // 40 published/s × 100 subscribers = 4,000 deliveries/s. In 2.6 s that is 10,400, and a gated p99 takes
  // n(1 − q) = 100, 10,000 of them. At even intervals, so that each trial has as many.
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 200,
    schedule: { kind: 'constant', perSecond: 40 },
  },
  connections: 100,
  phases: { warmupMs: 500, measureMs: 2_600, drainMs: 2_000 },
  tuning: { polling: { everyMs: 500 } },
};

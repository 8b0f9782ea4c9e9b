import type { ScenarioInput } from '../../scenarios/schema.ts';

/** Independent channels, one for each client, published to by a Poisson process each. */
export function pushToEach(connections: number, perSecond: number, measureMs: number, everyMs: number) {
  return {
    workload: {
      kind: 'push',
      origin: 'publisher',
      audience: 'self',
      payloadBytes: 64,
      schedule: { kind: 'poisson', perSecond },
    },
    connections,
    phases: { warmupMs: 1_000, measureMs, drainMs: 2_000 },
    tuning: { polling: { everyMs } },
  } as const satisfies Partial<ScenarioInput>;
}

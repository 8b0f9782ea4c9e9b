/** Five updates to one client, one a second, 39 B: due at 0, 1, 2, 3 and 4 s (Abril 2017). */
export const FIVE_UPDATES = {
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 39,
    schedule: { kind: 'constant', perSecond: 1, phase: 'fixed' },
  },
  connections: 1,
  phases: { warmupMs: 0, measureMs: 4_200, drainMs: 5_000 },
  tuning: { polling: { everyMs: 250 } },
} as const;

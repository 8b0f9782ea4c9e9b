import { afterAll, expect, it } from 'vitest';
import { BUILT_IN_SERVERS } from '../servers/adapters/index.ts';
import { measure } from './testing/measure.ts';
import { leftOver } from './testing/processes.ts';
import { pushOf } from './testing/scenarios.ts';
import { accounted } from './testing/trials.ts';

/** Polls of the newest value: what a newer one has replaced is superseded, and nothing is lost. */

afterAll(() => expect(leftOver()).toEqual([]));

it.each(['connection', 'none'] as const)('asked for by entity tag, reuse: %s', async (reuse) => {
  const { measurements, warnings } = await measure({
    transport: 'polling',
    scenario: {
      workload: pushOf({ schedule: { kind: 'poisson', perSecond: 40 }, payloadBytes: 100 }),
      connections: 4,
      phases: { warmupMs: 300, measureMs: 1_500, drainMs: 2_000 },
      tuning: { polling: { everyMs: 50, mode: 'latest', reuse } },
    },
  });
  const { messages, requests, sockets, bytes } = measurements;
  expect(warnings).toEqual([]);
  expect(messages).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, unsent: 0 });
  const { expected, received, superseded = 0 } = messages;
  expect(received + superseded).toBe(expected);
  // At 2 messages between two polls, a poll sees the newest of them: 1 − e^(−2) = 0.86 of a message each.
  expect(superseded / expected).toBeGreaterThan(0.35);
  expect(superseded / expected).toBeLessThan(0.75);
  // e^(−2) = 0.135 of the polls bring nothing new.
  expect(requests.empty / requests.total).toBeGreaterThan(0.03);
  expect(requests.empty / requests.total).toBeLessThan(0.35);
  expect(bytes.down.payload % 100).toBe(0);
  expect(accounted(measurements)).toEqual(sockets);
});

const others = await Promise.all(
  BUILT_IN_SERVERS.filter(({ name }) => ['nchan', 'python', 'fastify'].includes(name)).map(
    async (server) => ({
      ...server,
      reason: await server.missing(),
    }),
  ),
);

for (const { name, spec, reason } of others) {
  it.skipIf(reason !== null)(`of ${name}${reason === null ? '' : `: ${reason}`}`, async () => {
    const { measurements } = await measure({
      transport: 'polling',
      server: await spec(),
      scenario: {
        workload: pushOf({ schedule: { kind: 'constant', perSecond: 40 }, payloadBytes: 100 }),
        connections: 4,
        phases: { warmupMs: 100, measureMs: 700, drainMs: 2_000 },
        tuning: { polling: { everyMs: 50, mode: 'latest' } },
      },
    });
    const { messages, faults } = measurements;
    expect(faults).toEqual({});
    expect(messages).toMatchObject({ lost: 0, duplicated: 0, reordered: 0, unsent: 0 });
    const { expected, received, superseded = 0 } = messages;
    expect(received + superseded).toBe(expected);
    expect(superseded).toBeGreaterThan(expected / 4);
    expect(accounted(measurements)).toEqual(measurements.sockets);
  });
}

import { expect, test } from 'vitest';
import { measure } from './testing/measure.ts';

test.each(['long-polling', 'sse', 'websocket'] as const)(
  '5,000 %s connections, one frame a second to each, on one server and one generator: nothing is lost',
  async (transport) => {
    const { validity, warnings, measurements } = await measure({
      scenario: {
        workload: {
          kind: 'push',
          origin: 'publisher',
          audience: 'all',
          payloadBytes: 100,
          schedule: { kind: 'constant', perSecond: 1 },
        },
        connections: 5_000,
        phases: { warmupMs: 1_000, measureMs: 3_000, drainMs: 5_000 },
      },
      transport,
      workers: 1,
    });
    expect(warnings).toEqual([]);
    expect(validity).toBe('valid');
    expect(measurements.connections).toMatchObject({
      asked: 5_000,
      opened: 5_000,
      reopened: 0,
      unrecovered: 0,
    });
    expect(measurements.messages).toMatchObject({
      due: 3,
      sent: 3,
      expected: 15_000,
      received: 15_000,
      lost: 0,
      duplicated: 0,
      reordered: 0,
    });
    expect(measurements.processes.map(({ role }) => role)).toEqual(['server', 'publisher', 'worker']);
  },
);

test.concurrent.for([
  ['one channel for all, published on each shard', 'all', 'publisher', 3 * 10],
  // Two rooms of three, each on a shard of its own.
  ['rooms, each on one shard', { rooms: 3 }, 'publisher', 2 * 10],
  ['clients that send', { rooms: 3 }, 'clients', 6 * 10],
] as const)('three shards serve %s', async ([, audience, origin, due]) => {
  const { validity, measurements } = await measure({
    scenario: {
      workload: {
        kind: 'push',
        origin,
        audience,
        payloadBytes: 64,
        schedule: { kind: 'constant', perSecond: 10 },
      },
      connections: 6,
      shards: 3,
      phases: { warmupMs: 200, measureMs: 1_000, drainMs: 2_000 },
    },
    transport: 'websocket',
  });
  const expected = audience === 'all' ? 6 * 10 : origin === 'clients' ? 6 * 3 * 10 : 6 * 10;
  expect(validity).not.toBe('invalid');
  expect(measurements.messages).toMatchObject({ due, sent: due, expected, received: expected, lost: 0 });
  expect(measurements.processes.filter(({ role }) => role === 'server')).toHaveLength(3);
});

test('20,000 connections are more than one process holds here, and are held', async () => {
  const { validity, measurements } = await measure({
    scenario: {
      workload: {
        kind: 'push',
        origin: 'publisher',
        audience: 'all',
        payloadBytes: 100,
        schedule: { kind: 'constant', perSecond: 1, phase: 'fixed' },
      },
      connections: 20_000,
      phases: { warmupMs: 0, measureMs: 1_000, drainMs: 20_000 },
    },
    transport: 'websocket',
  });
  expect(measurements.connections).toMatchObject({ asked: 20_000, opened: 20_000, reopened: 0 });
  expect(measurements.messages).toMatchObject({ expected: 20_000, received: 20_000, lost: 0 });
  expect(validity).not.toBe('invalid');
});

import { afterAll, describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../servers/contract.ts';
import { measure } from './testing/measure.ts';
import { leftOver } from './testing/processes.ts';
import { pushOf } from './testing/scenarios.ts';

/** The connections that a server says it has accepted, whatever clients say. */

afterAll(() => expect(leftOver()).toEqual([]));

describe('ground truth 19: one client that polls five times', () => {
  it.each([
    ['connection', () => 1],
    ['none', (polls: number) => polls],
  ] as const)('reuse: %s', async (reuse, connectionsOf) => {
    const { measurements } = await measure({
      transport: 'polling',
      scenario: {
        workload: { kind: 'idle' },
        connections: 1,
        phases: { warmupMs: 0, measureMs: 850, drainMs: 0 },
        tuning: { polling: { everyMs: 200, phase: 'fixed', reuse } },
      },
    });
    const { requests, connections } = measurements;
    expect(requests.total).toBe(5);
    // Before them, the one that asks for the end of the channel.
    expect(connections.accepted).toBe(connectionsOf(1 + requests.total));
    expect(connections.established).toBe(connections.accepted);
  });
});

describe.each(TRANSPORTS)('%s', (transport) => {
  it("accepts one of each client, the publisher's not counted", async () => {
    const { measurements } = await measure({
      transport,
      scenario: {
        workload: pushOf(),
        connections: 3,
        shards: 2,
        phases: { warmupMs: 100, measureMs: 300, drainMs: 1_000 },
        tuning: { polling: { everyMs: 50 } },
      },
    });
    expect(measurements.connections).toMatchObject({ opened: 3, accepted: 3, established: 3 });
  });
});

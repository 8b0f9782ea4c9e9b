import { describe, expect, it } from 'vitest';
import { ACCOUNTS } from '../reports/results/schema.ts';
import { BUILT_IN_SERVERS } from '../servers/adapters/index.ts';
import { TRANSPORTS, type Transport } from '../servers/contract.ts';
import { measure } from './testing/measure.ts';

/** A short trial of every shipped server by each of its transports: nothing is lost, and every byte is accounted for. */

const HAS: Readonly<Record<string, readonly Transport[]>> = {
  nchan: TRANSPORTS,
  python: TRANSPORTS,
  fastify: TRANSPORTS,
  'socket.io': ['long-polling', 'websocket'],
};

const scenario = {
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: { rooms: 5 },
    payloadBytes: 100,
    schedule: { kind: 'constant', perSecond: 20 },
  },
  connections: 20,
  phases: { warmupMs: 200, measureMs: 800, drainMs: 3_000 },
  tuning: { polling: { everyMs: 100 } },
} as const;

const servers = await Promise.all(
  BUILT_IN_SERVERS.filter(({ name }) => name in HAS).map(async (server) => ({
    ...server,
    reason: await server.missing(),
  })),
);

describe.concurrent.each(servers)('$name', ({ name, spec, reason }) => {
  it.skipIf(reason !== null).each(HAS[name] ?? [])(
    `%s${reason === null ? '' : `: ${reason}`}`,
    async (transport) => {
      const { measurements } = await measure({ scenario, transport, server: await spec() });
      const { messages, faults, connections, bytes, sockets } = measurements;
      expect(messages).toMatchObject({ duplicated: 0, reordered: 0, unsent: 0 });
      expect(messages.received).toBe(messages.expected);
      expect(messages.expected).toBeGreaterThan(300);
      expect(faults).toEqual({});
      // Clients and server see the same connections; Socket.IO does not say what it sees.
      expect(connections.accepted).toBe(name === 'socket.io' ? undefined : 20);
      expect(connections.established).toBe(20);
      for (const direction of ['up', 'down'] as const) {
        const accounted = ACCOUNTS.reduce((sum, account) => sum + bytes[direction][account], 0);
        expect(accounted).toBe(sockets[direction]);
      }
      expect(bytes.down.payload).toBeGreaterThanOrEqual(100 * messages.received);
    },
  );
});

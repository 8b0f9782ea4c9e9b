import { afterAll, describe, expect, it } from 'vitest';
import { headerBytes } from '../../scenarios/header-fields.ts';
import type { ScenarioInput } from '../../scenarios/schema.ts';
import { TRANSPORTS, type Transport } from '../../servers/contract.ts';
import { startReferenceServer } from '../../servers/reference/server.ts';
import { measure } from '../testing/measure.ts';
import { leftOver } from '../testing/processes.ts';
import { pushOf } from '../testing/scenarios.ts';
import { tap } from '../testing/tap.ts';
import { accounted } from '../testing/trials.ts';

/** The header fields of a scenario, in whole trials: who sends them, and in which account they are. */

const HEADERS = { 'User-Agent': 'a browser', Cookie: 'session=0123456789' };
const COMMON = {
  connections: 2,
  phases: { warmupMs: 100, measureMs: 400, drainMs: 1_000 },
  tuning: { polling: { everyMs: 50 }, 'long-polling': { holdMs: 100 } },
} as const;
const schedule = { kind: 'constant', perSecond: 20 } as const;

/** Measures a workload, and sees what went over the wire: requests that were answered, and frames. */
async function tapped(transport: Transport, workload: ScenarioInput['workload']) {
  const server = await startReferenceServer();
  const relay = await tap(server.port);
  try {
    const { measurements } = await measure({
      scenario: { ...COMMON, workload, headers: HEADERS },
      transport,
      server: { name: 'tapped', url: relay.url, transports: [transport] },
    });
    expect(measurements).toMatchObject({ faults: {}, messages: { unsent: 0, lost: 0 } });
    const requests = relay.exchanges
      .map(({ request }) => request)
      // What the coordinator asks the server itself is not the clients'.
      .filter((text) => /^(GET|POST) (?!\/stats )/.test(text));
    return { measurements, requests };
  } finally {
    relay.close();
    await server.close();
  }
}

function hasThem(request: string): boolean {
  return request.includes('\r\nUser-Agent: a browser\r\nCookie: session=0123456789\r\n');
}

afterAll(() => expect(leftOver()).toEqual([]));

describe.each(TRANSPORTS)('%s', (transport) => {
  it('sends them with every request, and books them to the byte', async () => {
    const { measurements, requests } = await tapped(transport, { kind: 'idle' });
    expect(requests.length).toBeGreaterThanOrEqual(2);
    expect(requests.filter((request) => !hasThem(request))).toEqual([]);
    // All requests of the window are of one length, that of the last one: the cursor stays at 0.
    const { bytes, sockets } = measurements;
    const booked = (bytes.up.headers + bytes.up.handshake) / (requests.at(-1)?.length ?? 0);
    expect(accounted(measurements)).toEqual(sockets);
    // Each client may have a poll under way that is never answered.
    expect([0, 1, 2]).toContain(booked - measurements.requests.total);
  });

  it('sends them with what clients publish', async () => {
    const { requests } = await tapped(transport, pushOf({ origin: 'clients', schedule }));
    const posts = requests.filter((request) => request.startsWith('POST '));
    // Two clients, 20 a second for 0.5 s; a WebSocket publishes by frames.
    expect(posts.length).toBe(transport === 'websocket' ? 0 : 20);
    expect(requests.filter((request) => !hasThem(request))).toEqual([]);
  });

  it('does not send them with what the publisher posts', async () => {
    const { requests } = await tapped(transport, pushOf({ schedule }));
    const posts = requests.filter((request) => request.startsWith('POST '));
    expect(posts.length).toBe(10);
    expect(posts.filter(hasThem)).toEqual([]);
    expect(requests.filter((request) => !hasThem(request))).toEqual(posts);
  });
});

describe('requests on a new connection each', () => {
  it.each(['polling', 'websocket'] as const)('%s: have them too', async (transport) => {
    const workload = { kind: 'request', reuse: 'none', payloadBytes: 32, schedule } as const;
    const bytesPerRequest = async (headers: Readonly<Record<string, string>>) => {
      const { measurements } = await measure({ scenario: { ...COMMON, workload, headers }, transport });
      const { bytes, requests } = measurements;
      expect(requests.total).toBeGreaterThanOrEqual(16);
      return (bytes.up.headers + bytes.up.handshake) / requests.total;
    };
    expect((await bytesPerRequest(HEADERS)) - (await bytesPerRequest({}))).toBe(headerBytes(HEADERS));
  });
});

import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeHistogram } from '../reports/results/histogram.ts';
import type { Completed, Measurements } from '../reports/results/schema.ts';
import type { ScenarioInput } from '../scenarios/schema.ts';
import { type CommandServer, ROUTES, TRANSPORTS, type Transport } from '../servers/contract.ts';
import { startReferenceServer } from '../servers/reference/server.ts';
import { makeIdentity } from './identity.ts';
import { leftOver } from './testing/processes.ts';
import { pushOf, scenarioOf } from './testing/scenarios.ts';
import { accounted, completed, runAlone } from './testing/trials.ts';
import { WireSocket } from './wire/socket.ts';
import { SocketTotals } from './wire/socket-totals.ts';
import type { BothWays } from './wire/tls.ts';

/**
 * Whole trials over TLS. The `tls` account has a handshake for every connection and 22 B for every
 * record (RFC 8446 §5.2). Handshakes differ by a few bytes, since a signature of ECDSA has 70 to 72 and
 * some numbers in a certificate lose a leading zero; with few connections that is less than half a record,
 * so the account says exactly how many records there were.
 */

const RECORD_BYTES = 22;
const MAX_RECORD_BYTES = 16_384;

/** Bytes of one handshake, tickets included; versions of Node offer different keys in theirs. */
const HANDSHAKE = { up: 0, down: 0 };
beforeAll(async () => {
  const rests: BothWays[] = [];
  for (let time = 0; time < 9; time += 1) rests.push(await handshake());
  const middle = (direction: 'up' | 'down') =>
    rests.map((rest) => rest[direction]).toSorted((left, right) => left - right)[4] ?? 0;
  Object.assign(HANDSHAKE, { up: middle('up'), down: middle('down') });
});

/** What the handshake of one connection to a reference server of its own takes. */
async function handshake(): Promise<BothWays> {
  const identity = await makeIdentity();
  const { port, close } = await startReferenceServer({ tls: identity });
  const tls = { serverName: '127.0.0.1', authority: identity.certificate };
  const rest = await new Promise<BothWays>((resolve, reject) => {
    const socket = new WireSocket({ host: '127.0.0.1', port, tls }, new SocketTotals(), {
      onConnect: () => socket.write(`GET ${ROUTES.stats} HTTP/1.1\r\nHost: ${tls.serverName}\r\n\r\n`),
      onData: () => {
        socket.destroy();
        resolve(socket.takeRest());
      },
      onClose: reject,
    });
  });
  await close();
  return rest;
}

// Records can share what a stall of the machine's host has piled up; what the harness does wrong, it does each time.
const again = { retry: 3 };

async function measure(transport: Transport, scenario: Partial<ScenarioInput>): Promise<Completed> {
  const complete = scenarioOf({
    connections: 1,
    phases: { warmupMs: 100, measureMs: 600, drainMs: 2_000 },
    tuning: { polling: { everyMs: 10 }, 'long-polling': { holdMs: 60_000 }, websocket: { pingMs: 0 } },
    tls: true,
    ...scenario,
  });
  const outcome = completed(await runAlone({ transport, scenario: complete, seed: 7 }));
  const { messages, sockets, connections, faults } = outcome.measurements;
  expect(faults).toEqual({});
  expect(accounted(outcome.measurements)).toEqual(sockets);
  expect([messages.received, messages.sent]).toEqual([messages.expected, messages.due]);
  expect(connections.opened).toBe(connections.asked);
  return outcome;
}

/** How many records the account has, for so many handshakes. */
function recordsIn(direction: 'up' | 'down', { bytes }: Measurements, handshakes: number): number {
  const records = (bytes[direction].tls - handshakes * HANDSHAKE[direction]) / RECORD_BYTES;
  expect(Math.abs(records - Math.round(records))).toBeLessThan(0.45);
  return Math.round(records);
}

/** A payload, with up to 300 B around it, is 1, 2 and 5 records of these sizes. */
const SIZES = [32, 16_384, 65_536];

/** Records of one write of a payload and what is around it. */
function recordsOf(payloadBytes: number): number {
  return Math.floor(payloadBytes / MAX_RECORD_BYTES) + 1;
}

/** Records that came down to one client: every answer has one, and more by what it carries; the opening of a stream has one. */
function recordsDown(
  transport: Transport,
  payloadBytes: number,
  { requests, messages, bytes }: Measurements,
) {
  if (transport === 'sse' || transport === 'websocket') {
    return requests.total + messages.received * recordsOf(payloadBytes);
  }
  // However many frames an answer carries, what is around them begins one record more.
  return requests.total + Math.floor(bytes.down.payload / MAX_RECORD_BYTES);
}

afterAll(() => {
  expect(leftOver()).toEqual([]);
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith('wirebench-tls-'))).toEqual([]);
});

describe.each(TRANSPORTS)('ground truth 5: %s over TLS', (transport) => {
  const schedule = { kind: 'constant', perSecond: 30 } as const;
  // The poll that is under way at the end has no answer; whether it began in the window is a matter of phase.
  const unanswered = transport === 'polling' || transport === 'long-polling' ? [0, 1] : [0];

  // What comes down is the same whoever has sent it: other sizes are those of clients below.
  it('down: from a publisher, 16,384 B', again, async () => {
    const payloadBytes = 16_384;
    const { measurements } = await measure(transport, { workload: pushOf({ payloadBytes, schedule }) });
    expect(recordsIn('down', measurements, 1)).toBe(recordsDown(transport, payloadBytes, measurements));
    expect(unanswered).toContain(recordsIn('up', measurements, 1) - measurements.requests.total);
  });

  it.each(SIZES)('up and down: from the client to itself, %i B', again, async (payloadBytes) => {
    const workload = pushOf({ origin: 'clients', audience: 'self', payloadBytes, schedule });
    const { measurements } = await measure(transport, { workload });
    const { requests, messages, bytes } = measurements;
    const posts = transport === 'websocket' ? 0 : bytes.up.payload / payloadBytes;
    const sent = transport === 'websocket' ? messages.sent : posts;
    const connections = transport === 'websocket' ? 1 : 2;
    expect(recordsIn('down', measurements, connections)).toBe(
      recordsDown(transport, payloadBytes, measurements),
    );
    const asked = requests.total - posts;
    const up = recordsIn('up', measurements, connections);
    expect(unanswered).toContain(up - asked - sent * recordsOf(payloadBytes));
  });
});

describe('requests on a new connection each', () => {
  it.each(['polling', 'websocket'] as const)('pay for a handshake each: %s', again, async (transport) => {
    const schedule = { kind: 'constant', perSecond: 30 } as const;
    const workload = { kind: 'request', reuse: 'none', payloadBytes: 32, schedule } as const;
    const phases = { warmupMs: 300, measureMs: 600, drainMs: 2_000 };
    const { measurements } = await measure(transport, { workload, phases });
    const { requests, messages, bytes } = measurements;
    // A POST, or an upgrade and a frame. The handshakes of the warm-up are not among them.
    const writes = transport === 'polling' ? 1 : 2;
    expect(requests.total).toBeGreaterThanOrEqual(messages.sent);
    expect(bytes.up.tls).toBe(requests.total * (HANDSHAKE.up + writes * RECORD_BYTES));
    expect(bytes.up.outside).toBeGreaterThan(HANDSHAKE.up);
    const down = bytes.down.tls / requests.total - HANDSHAKE.down - writes * RECORD_BYTES;
    // A server that ends the connection after its answer says so in an alert of 24 B, which may come with the answer.
    expect(down).toBeGreaterThan(-8);
    expect(down).toBeLessThan(transport === 'polling' ? 24 + 8 : 8);
  });
});

describe('a burst', () => {
  it('goes in as few records as it can, up and down, and the sums still hold', async () => {
    const schedule = { kind: 'burst', messages: 20, everyMs: 100 } as const;
    const workload = pushOf({ origin: 'clients', audience: 'self', payloadBytes: 1_000, schedule });
    const { measurements } = await measure('websocket', { workload });
    const records = recordsIn('up', measurements, 1);
    // The first frame by itself, and the 19 × 1,008 B behind it in two, as long as nothing comes between.
    expect(records).toBeGreaterThanOrEqual(1 + 6 * 3);
    expect(records).toBeLessThan(1 + 6 * 20);
  });
});

describe('over a link of 100 ms', () => {
  it.each(['long-polling', 'sse', 'websocket'] as const)(
    '%s connects in 300 ms: TCP, TLS 1.3 and the request take a round trip each',
    again,
    async (transport) => {
      const { measurements } = await measure(transport, {
        workload: pushOf({ schedule: { kind: 'constant', perSecond: 30 } }),
        connections: 5,
        link: { rttMs: 100 },
      });
      const connectMs = decodeHistogram(measurements.histograms.connect).minNonZeroValue / 1e3;
      // Without TLS it would be 200, with TLS 1.2 it would be 400; the quickest of five has waited for the link alone.
      expect(connectMs).toBeGreaterThanOrEqual(299);
      expect(connectMs).toBeLessThan(380);
    },
  );
});

describe('a server that', () => {
  const scenario = scenarioOf({ tls: true });
  const server = (name: string, file: string): CommandServer => ({
    name,
    command: [process.execPath, fileURLToPath(new URL(`./testing/${file}.js`, import.meta.url)), 'none'],
    cwd: '/',
    env: {},
  });

  it('does not serve over TLS: skipped', async () => {
    expect(await runAlone({ server: server('plain', 'faulty-server-main'), scenario })).toEqual({
      status: 'skipped',
      reason: 'the server "plain" does not say "tls":true in its ready line: it does not serve over TLS',
    });
  });

  it.each(TRANSPORTS)('shows another certificate to %s: failed, with the reason', async (transport) => {
    const stranger = server('stranger', 'stranger-server-main');
    expect(await runAlone({ server: stranger, scenario, transport })).toEqual({
      status: 'failed',
      stage: 'connect',
      reason: expect.stringMatching(
        /^no client could connect: the TLS handshake failed: self.signed certificate$/,
      ),
    });
  });

  it('serves over TLS without being asked to: failed, with the reason', async () => {
    expect(await runAlone({ server: server('stranger', 'stranger-server-main') })).toMatchObject({
      status: 'failed',
      stage: 'server',
      reason: expect.stringContaining('"stranger" serves over TLS, which it was not asked to'),
    });
  });
});

import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TlsIdentity, TRANSPORTS, type Transport } from '../../servers/contract.ts';
import { makeIdentity } from '../identity.ts';
import { type Bench, benchFor } from '../testing/bench.ts';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { scenarioOf } from '../testing/scenarios.ts';
import { acceptKey } from '../wire/websocket-handshake.ts';
import type { Client } from './driver.ts';
import { DRIVERS } from './index.ts';

/** What a driver books of TLS when its server ends a connection in the middle: everything, and what is known where it belongs. */

let identity: TlsIdentity;
beforeAll(async () => {
  identity = await makeIdentity();
});

let server: RawServer | null = null;
let bench: Bench | null = null;
let client: Client | null = null;

async function start(transport: Transport, serve: (connection: RawConnection) => Promise<void>) {
  server = await startRawServer(serve, {
    options: { cert: identity.certificate, key: identity.key },
    trust: { serverName: '127.0.0.1', authority: identity.certificate },
  });
  bench = benchFor(server.target, scenarioOf({ tuning: { polling: { everyMs: 20 } } }));
  client = DRIVERS[transport].subscriber(bench.context, { index: 0, channel: 'c', sends: false, phase: 0 });
  return { bench, client };
}

afterEach(async () => {
  client?.close();
  await server?.close();
  await bench?.close();
  expect(bench?.unaccounted()).toEqual({ up: 0, down: 0 });
});

/** What opens a stream or WebSocket, as one write; the request that asks for it is in `request`. */
function opening(transport: 'sse' | 'websocket', request: string): string {
  if (transport === 'sse') return 'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n: subscribed\n\n';
  const [, key = ''] = /^Sec-WebSocket-Key: (.*)\r$/im.exec(request) ?? [];
  return (
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`
  );
}

/** A frame of the bench's own as it goes over the wire, and how much of that is not payload. */
function framed(transport: 'sse' | 'websocket', { recorder, message }: Bench): Buffer {
  const payload = recorder.frame(message());
  return transport === 'sse'
    ? Buffer.from(`data: ${payload}\n\n`)
    : Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
}

describe.each(TRANSPORTS)('%s', (transport) => {
  it.each([
    ['before its answer', ''],
    ['within the head of its answer', 'HTTP/1.1 200 OK\r\nContent-'],
    ['within the body of its answer', 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"next":'],
  ])('has right books when the server ends the connection %s', async (_, words) => {
    const { client, bench } = await start(transport, async ({ socket, request }) => {
      await request();
      socket.end(words);
    });
    await expect(client.open()).rejects.toThrow();
    client.close();
    expect(bench.unaccounted()).toEqual({ up: 0, down: 0 });
    expect(bench.measurements().sockets.down).toBeGreaterThan(1_000 + words.length);
  });
});

describe.each(['sse', 'websocket'] as const)('%s', (transport) => {
  it('shows handshake and record of what arrived, and not the record of what did not', async () => {
    let connection: RawConnection | null = null;
    const { client, bench } = await start(transport, async (accepted) => {
      connection = accepted;
      accepted.socket.write(opening(transport, await accepted.request()), 'latin1');
    });
    await client.open();
    const peer = connection as RawConnection | null;
    if (peer === null) throw new Error('no connection');
    const frame = framed(transport, bench);
    peer.socket.write(frame);
    await expect.poll(() => bench.measurements().messages.received).toBe(1);
    const whole = bench.measurements().bytes.down;
    // The opening and the frame; what the handshake took is known at the end.
    expect(whole).toMatchObject({ tls: 2 * 22, outside: 0 });
    peer.socket.end(framed(transport, bench).subarray(0, 20));
    await expect.poll(() => Object.keys(bench.faults())).toHaveLength(1);
    const { down, up } = bench.measurements().bytes;
    // The half of a frame and its record; the server's alert is the connection's.
    expect(down.outside).toBe(20 + 22);
    expect({ ...down, tls: 0, outside: 0 }).toEqual({ ...whole, tls: 0 });
    expect(down.tls - whole.tls).toBeGreaterThan(1_000);
    expect(up.tls).toBeGreaterThan(250 + 22);
    expect(bench.unaccounted()).toEqual({ up: 0, down: 0 });
  });
});

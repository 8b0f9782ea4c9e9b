import { once } from 'node:events';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomFrom } from '../../scenarios/random.ts';
import type { TlsIdentity } from '../../servers/contract.ts';
import { makeIdentity } from '../identity.ts';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { WireSocket } from './socket.ts';
import { SocketTotals } from './socket-totals.ts';
import type { Target } from './target.ts';
import type { TlsTrust } from './tls.ts';

let identity: TlsIdentity;
let stranger: TlsIdentity;
beforeAll(async () => {
  [identity, stranger] = await Promise.all([makeIdentity(), makeIdentity()]);
});

let server: RawServer | null = null;
afterEach(() => server?.close());

/** A client socket, and all that a driver would book of it. */
function connectTo(target: Target) {
  const totals = new SocketTotals();
  const closed: (string | null)[] = [];
  const client = {
    totals,
    closed,
    connected: false,
    /** Plaintext and what TLS added to it, as far as it has been asked for. */
    plain: { up: 0, down: 0 },
    added: { up: 0, down: 0 },
    write(bytes: Buffer) {
      client.plain.up += bytes.length;
      socket.write(bytes);
      return client.take().up;
    },
    take() {
      const { up, down } = socket.takeRest();
      client.added.up += up;
      client.added.down += down;
      const taken = { up: socket.takeRecords('up'), down: socket.takeRecords('down') };
      client.added.up += taken.up;
      client.added.down += taken.down;
      return taken;
    },
    /** Ends it; what it then still has is the connection's own. */
    end() {
      client.take();
      socket.destroy();
      const rest = socket.takeRest();
      client.added.up += rest.up;
      client.added.down += rest.down;
      return rest;
    },
    /** What plaintext and TLS come to, both ways: what the sockets must have counted. */
    get booked() {
      client.take();
      return [client.plain.up + client.added.up, client.plain.down + client.added.down];
    },
    get counted() {
      return [totals.up, totals.down];
    },
  };
  const socket = new WireSocket(target, totals, {
    onConnect: () => {
      client.connected = true;
    },
    onData: (_bytes, end) => {
      client.plain.down += end;
    },
    onClose: (reason) => closed.push(reason),
  });
  return client;
}

interface Served {
  readonly options?: TlsOptions;
  readonly trust?: Partial<TlsTrust>;
}

async function serve(
  handle: (connection: RawConnection) => Promise<void>,
  { options, trust }: Served = {},
): Promise<Target> {
  server = await startRawServer(handle, {
    options: { cert: identity.certificate, key: identity.key, ...options },
    trust: { serverName: '127.0.0.1', authority: identity.certificate, ...trust },
  });
  return server.target;
}

/** A server that does nothing by itself, a client that is connected to it, and the server's end of that. */
async function pair(served?: Served) {
  let accepted: RawConnection | null = null;
  const target = await serve(async (connection) => {
    accepted = connection;
  }, served);
  const client = connectTo(target);
  await expect.poll(() => accepted !== null && client.connected).toBe(true);
  if (accepted === null) throw new Error('no connection');
  return { client, peer: accepted as RawConnection };
}

/** Ground truth 5: bytes beyond the plaintext of one write, 22 a record of at most 16,384. */
const ONE_WRITE = [
  [1, 22],
  [41, 22],
  [16_384, 22],
  [16_385, 44],
  [65_536, 88],
  [1_000_000, 62 * 22],
] as const;

function truth(byteCount: number, way: string, expected: number, measured: number) {
  const bytes = (count: number) => `${count.toLocaleString('en')} B`;
  return {
    no: 5,
    what: `what TLS adds to a write of ${bytes(byteCount)} ${way}`,
    expected: bytes(expected),
    measured: bytes(measured),
  };
}

describe('what TLS adds', () => {
  it.for(ONE_WRITE)('ground truth 5: to %i B up is %i B', async ([byteCount, expected], { task }) => {
    const { client, peer } = await pair();
    const before = peer.tcp.bytesRead;
    const measured = client.write(Buffer.alloc(byteCount));
    task.meta.truths = [truth(byteCount, 'up', expected, measured)];
    expect(measured).toBe(expected);
    await expect.poll(() => peer.tcp.bytesRead - before).toBe(byteCount + expected);
    client.end();
  });

  it.for(ONE_WRITE)('ground truth 5: to %i B down is %i B', async ([byteCount, expected], { task }) => {
    const { client, peer } = await pair();
    const before = peer.tcp.bytesWritten;
    peer.socket.write(Buffer.alloc(byteCount));
    await expect.poll(() => client.plain.down).toBe(byteCount);
    const measured = client.take().down;
    task.meta.truths = [truth(byteCount, 'down', expected, measured)];
    expect(measured).toBe(expected);
    expect(peer.tcp.bytesWritten - before).toBe(byteCount + expected);
    client.end();
  });

  it('to writes that wait for another is little: they go together', async () => {
    const { client, peer } = await pair();
    const before = peer.tcp.bytesRead;
    // The first alone; 8,192 + 8,192 fill the next record, and one byte more begins another.
    const taken = [100, 8_192, 8_192, 1, 1].map((byteCount) => client.write(Buffer.alloc(byteCount)));
    expect(taken).toEqual([22, 22, 0, 22, 0]);
    await expect.poll(() => peer.tcp.bytesRead - before).toBe(16_486 + 3 * 22);
    client.end();
  });

  it('to head and body is one record, before the connection is there too', async () => {
    const totals = new SocketTotals();
    const requests: string[] = [];
    const target = await serve(async ({ request }) => {
      for (;;) requests.push(await request());
    });
    const socket = new WireSocket(target, totals, { onConnect() {}, onData() {}, onClose() {} });
    const head = 'POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n';
    socket.write(Buffer.from(`${head}body`));
    expect(socket.takeRecords('up')).toBe(22);
    await expect.poll(() => requests).toEqual([`${head}body`]);
    socket.write(Buffer.from(`${head}more`));
    expect(socket.takeRecords('up')).toBe(22);
    await expect.poll(() => requests[1]).toBe(`${head}more`);
    socket.destroy();
  });

  it('to a connection is the same up, however much it has carried and in whatever bursts', async () => {
    const idle = await pair();
    const own = idle.client.end().up;
    await server?.close();
    for (const seed of [1, 2, 3]) {
      const { client, peer } = await pair();
      const random = randomFrom(seed, 'writes');
      for (let time = 0; time < 150; time += 1) {
        client.write(Buffer.alloc(1 + Math.floor(random() ** 6 * 60_000)));
        if (random() < 0.3) await new Promise((resolve) => setImmediate(resolve));
      }
      await expect.poll(() => peer.tcp.bytesRead).toBe(client.plain.up + client.added.up + own);
      expect(client.end().up).toBe(own);
      expect(client.counted).toEqual(client.booked);
      await server?.close();
    }
  });
});

describe('the books of a TLS connection', () => {
  it('are those of both ends when it is ended here, session tickets and all', async () => {
    const { client, peer } = await pair();
    client.write(Buffer.from('ping'));
    peer.socket.once('data', () => peer.socket.write('pong'));
    await expect.poll(() => client.plain.down).toBe(4);
    // The server's end of it: what it still writes when the client has gone is nobody's.
    const served = [peer.tcp.bytesRead, peer.tcp.bytesWritten];
    const own = client.end();
    // A hello each, a certificate of some 400 B and two tickets from the server.
    expect(own.up).toBeGreaterThan(250);
    expect(own.down).toBeGreaterThan(1_000);
    expect(client.counted).toEqual(client.booked);
    expect(client.counted).toEqual(served);
    expect(client.closed).toEqual([]);
  });

  it('are those of both ends when the peer ends it, with its alert', async () => {
    const { client, peer } = await pair();
    client.write(Buffer.from('ping'));
    peer.socket.end('the end');
    await expect.poll(() => client.closed).toEqual([null]);
    expect(client.plain.down).toBe(7);
    expect(client.counted).toEqual(client.booked);
    if (!peer.tcp.destroyed) await once(peer.tcp, 'close');
    expect(client.totals.down).toBe(peer.tcp.bytesWritten);
  });

  it('hold what the peer has not read, when it is ended here', async () => {
    const { client, peer } = await pair();
    peer.socket.pause();
    for (let time = 0; time < 20; time += 1) client.write(Buffer.alloc(1 << 20));
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.end();
    expect(client.counted).toEqual(client.booked);
    // As it was given: what no record has carried yet counts with the record that it would have had.
    expect(client.totals.up).toBe(client.plain.up + client.added.up);
    expect(client.totals.up).toBeGreaterThan(20 << 20);
  });

  it('are right when the peer breaks it', async () => {
    const { client, peer } = await pair();
    peer.socket.pause();
    for (let time = 0; time < 20; time += 1) client.write(Buffer.alloc(1 << 20));
    setTimeout(() => peer.tcp.resetAndDestroy(), 50);
    await expect.poll(() => client.closed).toEqual([expect.stringMatching(/ECONNRESET|EPIPE/)]);
    expect(client.counted).toEqual(client.booked);
  });

  it('are right when nobody was there', async () => {
    const target = await serve(async () => {});
    await server?.close();
    const client = connectTo(target);
    client.write(Buffer.from('x'));
    await expect.poll(() => client.closed).toEqual([expect.stringContaining('ECONNREFUSED')]);
    expect(client.counted).toEqual([23, 0]);
    expect(client.booked).toEqual([23, 0]);
  });
});

describe('the handshake', () => {
  it('is TLS 1.3 for HTTP/1.1, by address, and never resumes a session', async () => {
    for (let time = 0; time < 2; time += 1) {
      const { client, peer } = await pair({ options: { ALPNProtocols: ['h2', 'http/1.1'] } });
      const served = peer.socket as TLSSocket;
      expect([served.getProtocol(), served.alpnProtocol]).toEqual(['TLSv1.3', 'http/1.1']);
      // No server name goes with an address (RFC 6066 §3).
      expect([served.isSessionReused(), (served as { servername?: unknown }).servername]).toEqual([
        false,
        false,
      ]);
      peer.socket.write('x');
      await expect.poll(() => client.plain.down).toBe(1);
      client.end();
      await server?.close();
    }
  });

  it('names the server that has a name, wherever the connection goes', async () => {
    const { client, peer } = await pair({ trust: { serverName: 'localhost' } });
    expect((peer.socket as { servername?: unknown }).servername).toBe('localhost');
    client.end();
  });

  it('waits until one of the addresses of a name has answered', async () => {
    const target = await serve(async ({ socket, request }) => {
      await request();
      socket.write('x');
    });
    const client = connectTo({ ...target, host: 'localhost' });
    client.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
    await expect.poll(() => client.plain.down).toBe(1);
    client.end();
    expect(client.counted).toEqual(client.booked);
  });

  it.each<readonly [string, () => Served, string | RegExp]>([
    [
      'another certificate',
      () => ({ options: { cert: stranger.certificate, key: stranger.key } }),
      /^the TLS handshake failed: self.signed certificate/,
    ],
    [
      'a certificate that nobody signed',
      () => ({ trust: { authority: null } }),
      /^the TLS handshake failed: self.signed/,
    ],
    [
      'a certificate for another name',
      () => ({ trust: { serverName: 'example.org' } }),
      /^the TLS handshake failed: Hostname\/IP does not match certificate's altnames/,
    ],
    [
      'TLS 1.2 only',
      () => ({ options: { maxVersion: 'TLSv1.2' } }),
      'the TLS handshake failed: tlsv1 alert protocol version',
    ],
    [
      'HTTP/2 only',
      () => ({ options: { ALPNProtocols: ['h2'] } }),
      /^the TLS handshake failed: .*no application protocol$/,
    ],
  ])('fails for one reason, and with right books, with %s', async (_, served, reason) => {
    const client = connectTo(await serve(async () => {}, served()));
    client.write(Buffer.from('x'));
    await expect.poll(() => client.closed).toHaveLength(1);
    expect(client.closed[0]).toMatch(reason);
    expect(client.connected).toBe(false);
    expect(client.counted).toEqual(client.booked);
  });

  it.each([
    ['speaks no TLS', 'HTTP/1.1 400 Bad Request\r\n\r\n', 'the TLS handshake failed: wrong version number'],
    [
      'says nothing',
      '',
      'the TLS handshake failed: Client network socket disconnected before secure TLS connection was established',
    ],
  ])('fails for one reason, and with right books, with a server that %s', async (_, words, reason) => {
    server = await startRawServer(async ({ socket }) => {
      socket.end(words);
    });
    const tls = { serverName: '127.0.0.1', authority: identity.certificate };
    const client = connectTo({ ...server.target, tls });
    client.write(Buffer.from('x'));
    await expect.poll(() => client.closed).toEqual([reason]);
    expect(client.counted).toEqual(client.booked);
    expect(client.totals.down).toBe(words.length);
  });
});

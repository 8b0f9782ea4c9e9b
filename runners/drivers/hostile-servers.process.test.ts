import { afterEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../servers/contract.ts';
import { type Bench, benchFor } from '../testing/bench.ts';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { scenarioOf } from '../testing/scenarios.ts';
import { heldBytes } from '../wire/testing/memory.ts';
import { acceptKey } from '../wire/websocket-handshake.ts';
import type { Client } from './driver.ts';
import { DRIVERS } from './index.ts';

/**
 * What a driver makes of a server that sends more than anybody asked for: once it is subscribed,
 * one counted fault, an end of that connection, right books, and no memory for it.
 */

let server: RawServer | null = null;
let bench: Bench | null = null;
let client: Client | null = null;

/** Subscribes to a server that, once it has answered the opening, hands over to `flood`. */
async function subscribe(transport: Transport, flood: (connection: RawConnection) => Promise<void>) {
  let floods = 0;
  server = await startRawServer(async (connection) => {
    const request = await connection.request();
    connection.socket.write(OPENING[transport](request));
    if (transport === 'polling' || transport === 'long-polling') await connection.request();
    floods += 1;
    // A poller comes again after a fault; what it meets then is a server that says nothing.
    if (floods === 1) await flood(connection);
  });
  bench = benchFor(server.target, scenarioOf({ tuning: { polling: { everyMs: 20 } } }));
  client = DRIVERS[transport].subscriber(bench.context, { index: 0, channel: 'c', sends: false, phase: 0 });
  await client.open();
  client.start(bench.context.window.startUs);
  return bench;
}

afterEach(async () => {
  client?.close();
  await server?.close();
  await bench?.close();
  expect(bench?.unaccounted()).toEqual({ up: 0, down: 0 });
});

const EVENTS = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

/** The answer that a subscription opens with. */
const OPENING: Readonly<Record<Transport, (request: string) => string>> = {
  polling: () => 'HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{"next":0,"frames":[]}',
  'long-polling': () => 'HTTP/1.1 200 OK\r\nContent-Length: 22\r\n\r\n{"next":0,"frames":[]}',
  sse: () => `${EVENTS}e\r\n: subscribed\n\n\r\n`,
  websocket: (request) => {
    const key = /^sec-websocket-key: (.*)\r$/im.exec(request)?.[1] ?? '';
    return (
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`
    );
  },
};

/** Writes `again` until so many bytes are written or the client has hung up. */
async function pour({ socket }: RawConnection, beginning: string, again: string, byteCount: number) {
  socket.write(beginning, 'latin1');
  if (again === '') return;
  const segment = Buffer.from(again.repeat(Math.max(1, Math.floor(65_536 / again.length))), 'latin1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (let written = 0; written < byteCount && socket.writable; written += segment.length) {
    if (socket.write(segment)) continue;
    await Promise.race([closed, new Promise((resolve) => socket.once('drain', resolve))]);
  }
}

/** Buffers are given back some time after they are garbage. */
async function expectLetGo(before: number) {
  await expect.poll(() => heldBytes() - before, { timeout: 5_000 }).toBeLessThan(5e6);
}

const OK = 'HTTP/1.1 200 OK\r\n';
const letters = 'x'.repeat(60_000);

describe.each(['polling', 'long-polling'] as const)('%s counts', (transport) => {
  it.each([
    ['a head without end', OK, 'a: b\r\n', 'a head of more than 65536 bytes'],
    ['interim answers without end', '', 'HTTP/1.1 102 Wait\r\n\r\n', 'a head of more than 65536 bytes'],
    ['20,000 fields', `${OK}${'a:\r\n'.repeat(20_000)}\r\n`, '', 'a head of more than 65536 bytes'],
    ['2 GiB announced and not sent', `${OK}Content-Length: ${2 ** 31}\r\n\r\n`, '', 'a body of more than'],
    ['2 GiB announced and sent', `${OK}Content-Length: ${2 ** 31}\r\n\r\n`, letters, 'a body of more than'],
    [
      'a chunk of 2^63 B',
      `${OK}Transfer-Encoding: chunked\r\n\r\n8000000000000000\r\n`,
      letters,
      'not a chunk size',
    ],
    [
      'chunks without end',
      `${OK}Transfer-Encoding: chunked\r\n\r\n`,
      `ea60\r\n${letters}\r\n`,
      'a body of more than',
    ],
    [
      'chunk sizes without end',
      `${OK}Transfer-Encoding: chunked\r\n\r\n1;`,
      letters,
      'a line of more than 65536',
    ],
    [
      'a head that is not ASCII',
      'HTTP/1.1 200 OK\r\n\xff\xfe: x\r\n\r\n',
      '',
      'not the head of an HTTP/1.1 response',
    ],
  ])('%s as one fault', async (_, beginning, again, reason) => {
    const before = heldBytes();
    const bench = await subscribe(transport, (connection) => pour(connection, beginning, again, 200e6));
    await expect.poll(() => Object.entries(bench.faults()), { timeout: 10_000 }).toHaveLength(1);
    expect(Object.entries(bench.faults())).toEqual([[expect.stringContaining(reason), 1]]);
    await expectLetGo(before);
  });

  it('a poll whose text is not UTF-8 as what it is: frames are opaque', async () => {
    const bench = await subscribe(transport, (connection) => {
      const frame = bench0().recorder.frame(bench0().message());
      const body = Buffer.concat([
        Buffer.from('{"next":2,"frames":["'),
        frame,
        Buffer.from('","\xff\xfe"]}', 'latin1'),
      ]);
      connection.socket.write(`${OK}Content-Length: ${body.length}\r\n\r\n`);
      connection.socket.write(body);
      return Promise.resolve();
    });
    await expect.poll(() => bench.measurements().messages.received).toBe(1);
    expect(bench.faults()).toEqual({ 'a frame that this run did not send': 1 });
  });
});

/** The bench of the test that runs. */
function bench0(): Bench {
  if (bench === null) throw new Error('nobody has subscribed');
  return bench;
}

describe('sse counts', () => {
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

  it.each([
    ['an event line of 100 MB', chunk('data: '), chunk(letters), 'an event of more than 16777216 bytes'],
    [
      'an event whose data never end',
      '',
      chunk('data: x\n'.repeat(5_000)),
      'an event of more than 16777216 bytes',
    ],
    ['a comment without end', chunk(':'), chunk(letters), 'an event of more than 16777216 bytes'],
    ['a chunk of 2^63 B', '8000000000000000\r\n', letters, 'not a chunk size'],
    ['chunk sizes without end', '1;', letters, 'a line of more than 65536 bytes'],
    ['trailers without end', '0\r\n', 'a: b\r\n', 'trailers of more than 65536 bytes'],
  ])('%s as one fault', async (_, beginning, again, reason) => {
    const before = heldBytes();
    const bench = await subscribe('sse', (connection) => pour(connection, beginning, again, 100e6));
    await expect.poll(() => Object.entries(bench.faults()), { timeout: 10_000 }).toHaveLength(1);
    expect(Object.entries(bench.faults())).toEqual([[expect.stringContaining(reason), 1]]);
    await expectLetGo(before);
  });

  it.each([
    ['comments', chunk(':\n'.repeat(5_000))],
    ['chunks of a byte', chunk('\n')],
    ['ids', chunk('id: 1\n'.repeat(5_000))],
  ])('%s without end as nothing, and delivers what comes behind them', async (_, again) => {
    const before = heldBytes();
    const bench = await subscribe('sse', async (connection) => {
      await pour(connection, '', again, 10e6);
      connection.socket.write(chunk(`\ndata: ${bench0().recorder.frame(bench0().message())}\n\n`));
    });
    await expect.poll(() => bench.measurements().messages.received, { timeout: 10_000 }).toBe(1);
    expect(bench.faults()).toEqual({});
    await expectLetGo(before);
  });

  it('an event that is not UTF-8 as a frame that this run did not send: frames are opaque', async () => {
    const bench = await subscribe('sse', ({ socket }) => {
      socket.write('a\r\ndata: \xff\xfe\n\n\r\n', 'latin1');
      return Promise.resolve();
    });
    await expect.poll(() => bench.faults()).toEqual({ 'a frame that this run did not send': 1 });
  });
});

describe('websocket counts', () => {
  const frame = (header: string) => Buffer.from(header, 'hex').toString('latin1');

  it.each([
    [
      'a frame of 2^63 B',
      frame('827f8000000000000000'),
      letters,
      'a payload length of 9223372036854776000 in 64 bits',
    ],
    ['a frame of 2^31 B', frame('827f0000000080000000'), letters, 'a message of more than 16777216 bytes'],
    [
      'fragments without end',
      frame('0100'),
      `${frame('007eea60')}${letters}`,
      'a message of more than 16777216 bytes',
    ],
    ['a continuation of nothing', frame('8000'), '', 'a continuation of no message'],
  ])('%s as one fault', async (_, beginning, again, reason) => {
    const before = heldBytes();
    const bench = await subscribe('websocket', (connection) => pour(connection, beginning, again, 100e6));
    await expect.poll(() => Object.entries(bench.faults()), { timeout: 10_000 }).toHaveLength(1);
    expect(Object.entries(bench.faults())).toEqual([[expect.stringContaining(reason), 1]]);
    await expectLetGo(before);
  });

  it('empty fragments without end as nothing', async () => {
    const before = heldBytes();
    let poured = false;
    const bench = await subscribe('websocket', async (connection) => {
      await pour(connection, frame('0100'), frame('0000'), 10e6);
      poured = true;
    });
    await expect.poll(() => poured, { timeout: 10_000 }).toBe(true);
    expect(bench.faults()).toEqual({});
    await expectLetGo(before);
  });

  it('empty messages as frames that this run did not send, by one kind', async () => {
    const count = 100_000;
    const bench = await subscribe('websocket', async ({ socket }) => {
      socket.write(Buffer.alloc(2 * count, Buffer.from('8100', 'hex')));
    });
    await expect.poll(() => bench.faults()).toEqual({ 'a frame that this run did not send': count });
  });

  it('text that is not UTF-8 as a frame that this run did not send: frames are opaque', async () => {
    const bench = await subscribe('websocket', async ({ socket }) => {
      socket.write(Buffer.from('8102fffe', 'hex'));
    });
    await expect.poll(() => bench.faults()).toEqual({ 'a frame that this run did not send': 1 });
  });

  it('pings without end, and answers no more of them than the server reads', async () => {
    const before = heldBytes();
    // 6 B of pong for 2 B of ping: 24 MB in all, where two sockets' buffers take some megabytes.
    const bench = await subscribe('websocket', async (connection) => {
      connection.socket.pause();
      await pour(connection, '', frame('8900'), 8e6);
    });
    const control = (direction: 'up' | 'down') => bench.measurements().bytes[direction].control;
    await expect.poll(() => control('down'), { timeout: 60_000 }).toBeGreaterThan(7.9e6);
    expect(control('up')).toBeLessThan(12e6);
    await expectLetGo(before);
    expect(bench.faults()).toEqual({});
  });
});

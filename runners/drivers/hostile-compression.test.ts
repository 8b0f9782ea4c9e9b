import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../servers/contract.ts';
import { nowUs } from '../clock.ts';
import { type Bench, benchFor } from '../testing/bench.ts';
import { type RawServer, startRawServer } from '../testing/raw-server.ts';
import { pushOf, scenarioOf } from '../testing/scenarios.ts';
import { heldBytes } from '../wire/testing/memory.ts';
import { encodeFrame, OPCODE } from '../wire/websocket-frames.ts';
import { acceptKey } from '../wire/websocket-handshake.ts';
import { DEFLATED } from '../wire/websocket-header.ts';
import type { Client } from './driver.ts';
import { DRIVERS } from './index.ts';

/** What a driver makes of a server that compresses wrongly, or not at all: a reason, and right books. */

let server: RawServer | null = null;
let bench: Bench | null = null;
let client: Client | null = null;
afterEach(async () => {
  client?.close();
  await server?.close();
  await bench?.close();
  expect(bench?.unaccounted()).toEqual({ up: 0, down: 0 });
});

type Answer = (request: string, bench: Bench) => Buffer | string;

/** A client that takes compression, of a server that answers each request with what `answers` has next. */
async function start(transport: Transport, ...answers: readonly Answer[]) {
  const open: { bench: Bench | null } = { bench: null };
  server = await startRawServer(async ({ socket, request }) => {
    for (const answer of answers) {
      const asked = await request();
      if (open.bench !== null) socket.write(answer(asked, open.bench));
    }
  });
  const scenario = scenarioOf({
    compression: 'deflate',
    workload: pushOf({ content: 'json', payloadBytes: 200 }),
    tuning: { polling: { everyMs: 5 }, websocket: { pingMs: 0 } },
  });
  const made = benchFor(server.target, scenario);
  open.bench = made;
  bench = made;
  client = DRIVERS[transport].subscriber(made.context, { index: 0, channel: 'c', sends: false, phase: 0 });
  return { client, bench: made };
}

function gzipAnswer(body: Buffer, coding = 'gzip'): Buffer {
  const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

const BOMB = gzipSync(Buffer.alloc(65 << 20, 'x'));
const frameOf = ({ recorder, message }: Bench) => recorder.frame(message());
const polled = (next: number, frames: readonly Buffer[] = []) =>
  JSON.stringify({ next, frames: frames.map(String) });
const plain = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('polls', () => {
  it.each([
    ['what is not gzip', Buffer.from('{"next":0,"frames":[]}'), 'gzip', 'the body is not gzip'],
    ['gzip that is cut', gzipSync('{"next":0,"frames":[]}').subarray(0, 20), 'gzip', 'the body is not gzip'],
    ['a bomb', BOMB, 'gzip', 'a body of more than 67108864 bytes'],
    ['another coding', Buffer.from('x'), 'br', 'the content coding is "br", and gzip was asked for'],
  ])('%s is a reason', async (_, body, coding, reason) => {
    const { client } = await start('polling', () => gzipAnswer(body, coding));
    await expect(client.open()).rejects.toThrow(reason);
  });

  it('that are not compressed are read as they are, and counted', async () => {
    const { client, bench } = await start(
      'long-polling',
      () => plain(polled(0)),
      (_, bench) => plain(polled(1, [frameOf(bench)])),
      (_, bench) => gzipAnswer(gzipSync(polled(2, [frameOf(bench)]))),
    );
    await client.open();
    client.start(nowUs());
    await expect.poll(() => bench.measurements().messages.received).toBe(2);
    expect(bench.measurements().messages.compressed).toBe(1);
    expect(bench.faults()).toEqual({});
  });
});

describe('an event stream', () => {
  const head = (coding: string) => `HTTP/1.1 200 OK\r\n${coding}\r\n`;
  const flushed = (text: string | Buffer) => gzipSync(text, { finishFlush: constants.Z_SYNC_FLUSH });

  it('that is not compressed is read as it is, and counted', async () => {
    const { client, bench } = await start(
      'sse',
      (_, bench) => `${head('')}: subscribed\n\ndata: ${frameOf(bench)}\n\n`,
    );
    await client.open();
    await expect.poll(() => bench.measurements().messages).toMatchObject({ received: 1, compressed: 0 });
  });

  it.each([
    ['what is not gzip', Buffer.from(': subscribed\n\n'), 'not gzip: a stream that begins with 3a207375'],
    [
      'another stream behind its end',
      Buffer.concat([gzipSync(': subscribed\n\n'), Buffer.alloc(9)]),
      'bytes behind its end',
    ],
    [
      'one event without end',
      flushed(`: subscribed\n\ndata: ${'x'.repeat(17 << 20)}`),
      'an event of more than 16777216 bytes',
    ],
  ])('%s is a fault', async (_, body, reason) => {
    const { client, bench } = await start('sse', () =>
      Buffer.concat([Buffer.from(head('Content-Encoding: gzip\r\n')), body]),
    );
    const opened = client.open().catch(({ message }) => message);
    await expect
      .poll(async () => [await Promise.race([opened, null]), ...Object.keys(bench.faults())].join())
      .toContain(reason);
  });

  it('with several events in one flush gives each its share of it', async () => {
    const { client, bench } = await start('sse', (_, bench) => {
      const events = Array.from({ length: 3 }, () => `data: ${frameOf(bench)}\n\n`);
      return Buffer.concat([
        Buffer.from(head('Content-Encoding: gzip\r\n')),
        flushed(`: subscribed\n\n${events.join('')}`),
      ]);
    });
    await client.open();
    await expect.poll(() => bench.measurements().messages).toMatchObject({ received: 3, compressed: 3 });
    const { payload, framing, handshake } = bench.measurements().bytes.down;
    // 200 of the 208 B of an event, but for rounding.
    expect(Math.abs(payload - (payload + framing) * (200 / 208))).toBeLessThan(3);
    expect(handshake).toBeGreaterThan(head('Content-Encoding: gzip\r\n').length);
  });
});

describe('a WebSocket', () => {
  function upgraded(request: string, extensions: string): Buffer {
    const [, key = ''] = /^Sec-WebSocket-Key: (.*)\r$/im.exec(request) ?? [];
    return Buffer.from(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${acceptKey(key)}\r\n${extensions}\r\n`,
    );
  }
  const GRANTED = 'Sec-WebSocket-Extensions: permessage-deflate\r\n';
  const deflated = (message: Buffer | string) =>
    deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
  const frame = (payload: Buffer) => encodeFrame(OPCODE.text | DEFLATED, payload, null);

  it('whose extension is not granted is read as it is, and counted', async () => {
    const { client, bench } = await start('websocket', (request, bench) =>
      Buffer.concat([upgraded(request, ''), encodeFrame(OPCODE.text, frameOf(bench), null)]),
    );
    await client.open();
    await expect.poll(() => bench.measurements().messages).toMatchObject({ received: 1, compressed: 0 });
  });

  it('may leave messages as they are where it is granted', async () => {
    const { client, bench } = await start('websocket', (request, bench) =>
      Buffer.concat([
        upgraded(request, GRANTED),
        encodeFrame(OPCODE.text, frameOf(bench), null),
        frame(deflated(frameOf(bench))),
      ]),
    );
    await client.open();
    await expect.poll(() => bench.measurements().messages).toMatchObject({ received: 2, compressed: 1 });
  });

  it.each([
    ['what is not DEFLATE', frame(Buffer.from('ffff', 'hex')), GRANTED, 'not DEFLATE'],
    [
      'a bomb',
      frame(deflated(Buffer.alloc(17 << 20))),
      GRANTED,
      'inflate to a message of more than 16777216',
    ],
    [
      'compression that was not granted',
      frame(deflated('x')),
      '',
      'begins with 0xc1; no extension is in use',
    ],
  ])('%s is a fault', async (_, bytes, extensions, reason) => {
    const { client, bench } = await start('websocket', (request) =>
      Buffer.concat([upgraded(request, extensions), bytes]),
    );
    await client.open();
    await expect.poll(() => Object.keys(bench.faults()).join()).toContain(reason);
  });

  it('that is refused keeps nothing of what it was inflated to', async () => {
    const bomb = frame(deflated(Buffer.alloc(17 << 20)));
    const before = heldBytes();
    const { client, bench } = await start('websocket', (request) =>
      Buffer.concat([upgraded(request, GRANTED), bomb]),
    );
    await client.open();
    await expect
      .poll(() => Object.keys(bench.faults()).join())
      .toContain('inflate to a message of more than');
    expect(heldBytes() - before).toBeLessThan(2 << 20);
  });

  it.each([
    ['another extension', 'x-webkit-deflate-frame', 'and permessage-deflate alone was asked for'],
    ['two', 'permessage-deflate, permessage-deflate', 'and permessage-deflate alone was asked for'],
    ['another parameter', 'permessage-deflate; level=9', 'is no parameter of permessage-deflate'],
    [
      'a parameter twice',
      'permessage-deflate; server_max_window_bits=9; server_max_window_bits=9',
      'stands twice',
    ],
    ['a window of no size', 'permessage-deflate; server_max_window_bits', 'is a number from 8 to 15'],
    ['a window too large', 'permessage-deflate; client_max_window_bits=16', 'is a number from 8 to 15'],
    ['a flag with a value', 'permessage-deflate; server_no_context_takeover=1', 'has no value'],
  ])('cannot be opened with %s', async (_, extensions, reason) => {
    const { client } = await start('websocket', (request) =>
      upgraded(request, `Sec-WebSocket-Extensions: ${extensions}\r\n`),
    );
    await expect(client.open()).rejects.toThrow(reason);
  });
});

import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { fieldsOf, headerBytes } from '../../scenarios/header-fields.ts';
import type { Compression, ScenarioInput } from '../../scenarios/schema.ts';
import { TRANSPORTS, type Transport } from '../../servers/contract.ts';
import { type ReferenceServer, startReferenceServer } from '../../servers/reference/server.ts';
import { nowUs } from '../clock.ts';
import { type Bench, benchFor } from '../testing/bench.ts';
import { pushOf, scenarioOf } from '../testing/scenarios.ts';
import type { Client } from './driver.ts';
import { DRIVERS } from './index.ts';

/**
 * The switches of a scenario that change what goes over the wire, to the byte, in one process: compression,
 * a browser's headers, a new connection for every poll, the newest value alone.
 */

const BYTES = 300;
/** What a bench's clients send, whatever their transport. */
const BROWSER = fieldsOf('browser', 'poll', 'http://127.0.0.1');
const FRAMES = 12;

let server: ReferenceServer | null = null;
let bench: Bench | null = null;
let client: Client | null = null;
afterEach(async () => {
  client?.close();
  expect(bench?.unaccounted()).toEqual({ up: 0, down: 0 });
  await bench?.close();
  await server?.close();
});

interface Delivered {
  readonly frames: readonly Buffer[];
  readonly bench: Bench;
  readonly origin: string;
}

/** Delivers some frames one by one to one client, and ends it. */
async function deliver(
  transport: Transport,
  switches: Partial<ScenarioInput>,
  publish?: (client: Client, bench: Bench) => void,
): Promise<Delivered> {
  server = await startReferenceServer();
  const { port } = server;
  const scenario = scenarioOf({
    workload: pushOf({ payloadBytes: BYTES, content: 'json' }),
    tuning: { polling: { everyMs: 5 }, websocket: { pingMs: 0 } },
    ...switches,
  });
  const made = benchFor({ host: '127.0.0.1', port, tls: null }, scenario);
  bench = made;
  const plan = { index: 0, channel: 'c', sends: publish !== undefined, phase: 0 };
  client = DRIVERS[transport].subscriber(made.context, plan);
  await client.open();
  client.start(nowUs());
  const frames: Buffer[] = [];
  for (let count = 1; count <= FRAMES; count += 1) {
    if (publish === undefined) {
      const frame = made.recorder.frame(made.message());
      frames.push(frame);
      await fetch(`http://127.0.0.1:${port}/publish?channel=c`, { method: 'POST', body: frame });
    } else publish(client, made);
    await expect.poll(() => made.measurements().messages.received, { interval: 2 }).toBe(count);
  }
  client.close();
  expect(made.faults()).toEqual({});
  return { frames, bench: made, origin: `http://127.0.0.1:${port}` };
}

const COMPRESSIONS = ['deflate', 'deflate-no-context-takeover'] as const satisfies Compression[];

describe.each(TRANSPORTS)('%s', (transport) => {
  it.each(COMPRESSIONS)(
    '%s: every message comes, compressed, and every byte is in an account',
    async (compression) => {
      const { bench } = await deliver(transport, { compression });
      const { messages, bytes } = bench.measurements();
      expect(messages).toMatchObject({ received: FRAMES, compressed: FRAMES, duplicated: 0, reordered: 0 });
      expect(bytes.down.payload).toBeGreaterThan(0.2 * FRAMES * BYTES);
      expect(bytes.down.payload).toBeLessThan(0.85 * FRAMES * BYTES);
    },
  );

  it('none: nothing is asked for, nothing comes compressed', async () => {
    const { bench } = await deliver(transport, {});
    const { messages, bytes } = bench.measurements();
    expect(messages).not.toHaveProperty('compressed');
    expect(bytes.down.payload).toBe(FRAMES * BYTES);
  });
});

describe('websocket, to the byte', () => {
  const OFFER = 'permessage-deflate; client_max_window_bits';
  const OFFER_ALONE =
    'permessage-deflate; client_no_context_takeover; server_no_context_takeover; client_max_window_bits';

  it('each message by itself: what zlib makes of it and a header, and the extension in both heads', async () => {
    const plain = await deliver('websocket', {});
    const handshake = plain.bench.measurements().bytes;
    const { bench, frames } = await deliver('websocket', { compression: 'deflate-no-context-takeover' });
    const { up, down } = bench.measurements().bytes;
    const lengths = frames.map(
      (frame) => deflateRawSync(frame, { finishFlush: constants.Z_SYNC_FLUSH }).length - 4,
    );
    expect(down.payload).toBe(lengths.reduce((sum, length) => sum + length, 0));
    expect(down.framing).toBe(lengths.reduce((sum, length) => sum + (length <= 125 ? 2 : 4), 0));
    expect(up.handshake - handshake.up.handshake).toBe(
      headerBytes({ 'Sec-WebSocket-Extensions': OFFER_ALONE }),
    );
    const granted = 'permessage-deflate; client_no_context_takeover; server_no_context_takeover';
    expect(down.handshake - handshake.down.handshake).toBe(
      headerBytes({ 'Sec-WebSocket-Extensions': granted }),
    );
  });

  it('with context: what one compressor makes of all of them, and an offer as browsers make it', async () => {
    const { bench, frames, origin } = await deliver('websocket', {
      compression: 'deflate',
      headers: 'browser',
    });
    const { up, down } = bench.measurements().bytes;
    let before = Buffer.alloc(0);
    let payload = 0;
    for (const frame of frames) {
      const dictionary = before.length === 0 ? {} : { dictionary: before };
      payload += deflateRawSync(frame, { finishFlush: constants.Z_SYNC_FLUSH, ...dictionary }).length - 4;
      before = Buffer.concat([before, frame]);
    }
    // A compressor that has seen the messages itself has other hash chains than one that was given them.
    expect(Math.abs(down.payload - payload)).toBeLessThan(0.01 * payload);
    const browser = headerBytes(BROWSER);
    const { port } = new URL(origin);
    const head =
      `GET /socket?channel=c HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Extensions: ${OFFER}\r\n` +
      `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
    expect(up.handshake).toBe(head.length + browser);
  });

  it.each(COMPRESSIONS)('%s: what a client sends is compressed too', async (compression) => {
    const { bench } = await deliver('websocket', { compression }, (client, { message }) =>
      client.send(message()),
    );
    const { up } = bench.measurements().bytes;
    expect(up.payload).toBeLessThan((compression === 'deflate' ? 0.6 : 0.85) * FRAMES * BYTES);
    expect(up.framing).toBeLessThanOrEqual(FRAMES * 8);
    expect(up.framing).toBeGreaterThanOrEqual(FRAMES * 6);
  });
});

describe('polls, to the byte', () => {
  /** What the server answers when everything is there in turn: each frame alone. */
  const answers = (frames: readonly Buffer[]) =>
    frames.map((frame, index) =>
      Buffer.from(JSON.stringify({ next: index + 1, frames: [frame.toString()] })),
    );

  it('long-polling: each answer is gzip, shared among payload and framing', async () => {
    const { bench, frames, origin } = await deliver('long-polling', { compression: 'deflate' });
    const { bytes, requests } = bench.measurements();
    const first = gzipSync('{"next":0,"frames":[]}').length;
    let payload = 0;
    let framing = first;
    for (const body of answers(frames)) {
      const { length } = gzipSync(body);
      const share = Math.round((length * BYTES) / body.length);
      payload += share;
      framing += length - share;
    }
    expect(requests).toEqual({ total: FRAMES + 1, empty: 1, carrying: FRAMES });
    expect(bytes.down).toMatchObject({ payload, framing });
    const { port } = new URL(origin);
    const head = (query: string) =>
      `GET /long-poll?channel=c${query}&wait=25000 HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept-Encoding: gzip\r\n\r\n`;
    // The last one is under way when the client ends.
    const cursors = ['', ...Array.from({ length: FRAMES + 1 }, (_, cursor) => `&after=${cursor}`)];
    expect(bytes.up.headers).toBe(cursors.reduce((sum, query) => sum + head(query).length, 0));
  });

  it.each([
    ['of a browser', { headers: 'browser' }],
    ['of the newest value', { tuning: { polling: { everyMs: 5, mode: 'latest' } } }],
    ['each on a connection of its own', { tuning: { polling: { everyMs: 5, reuse: 'none' } } }],
  ] as const)('polling %s: every request is as long as it has to be', async (_, switches) => {
    const { bench, origin } = await deliver('polling', { compression: 'deflate', ...switches });
    const { bytes, requests, connections } = bench.measurements();
    const polling = { mode: 'all', reuse: 'connection', ...switches };
    const { port } = new URL(origin);
    const latest = 'tuning' in switches && 'mode' in switches.tuning.polling;
    const closes = 'tuning' in switches && 'reuse' in switches.tuning.polling;
    const common =
      `HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept-Encoding: gzip\r\n\r\n`.length +
      (closes ? headerBytes({ Connection: 'close' }) : 0) +
      ('headers' in polling ? headerBytes(BROWSER) : 0);
    // A poll that is under way at the end has no answer. Cursors, and tags, have one digit or two.
    const path = latest ? 'GET /value?channel=c ' : 'GET /poll?channel=c&after=N ';
    const tag = latest ? headerBytes({ 'If-None-Match': '"N-gzip"' }) : 0;
    const first = common + (latest ? path.length : 'GET /poll?channel=c '.length);
    const longest = common + path.length + tag + 1;
    expect(bytes.up.headers).toBeGreaterThan(first);
    expect(bytes.up.headers).toBeLessThanOrEqual(first + requests.total * longest);
    expect(bytes.up.headers).toBeGreaterThanOrEqual(
      first + (requests.total - 1 - (latest ? 1 : 0)) * (longest - 1 - (latest ? tag : 0)),
    );
    expect([bytes.up.payload, bytes.up.framing]).toEqual([0, 0]);
    expect(connections.reopened >= FRAMES).toBe(closes);
  });
});

describe('an event stream, to the byte', () => {
  it('is one gzip stream; each event and the end of its flush are its own', async () => {
    const { bench, origin } = await deliver('sse', { compression: 'deflate', headers: 'browser' });
    const { bytes } = bench.measurements();
    const { port } = new URL(origin);
    const own = { Accept: 'text/event-stream', 'Accept-Encoding': 'gzip' };
    const { Accept: _, ...browser } = BROWSER;
    expect(bytes.up.handshake).toBe(
      `GET /events?channel=c HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.length +
        headerBytes({ ...own, ...browser }),
    );
    // Chunk size, two line ends, and of each event what is not payload: at least its share of `id: N\ndata: \n\n`.
    expect(bytes.down.framing).toBeGreaterThanOrEqual(FRAMES * 6);
    expect(bytes.down.framing).toBeLessThan(FRAMES * 20);
    expect(bytes.down).toMatchObject({ control: 0, headers: 0, outside: 0 });
  });
});

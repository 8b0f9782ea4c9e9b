import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:http';
import { constants, createGunzip, gunzipSync, inflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ReferenceServer, startReferenceServer } from './server.ts';

/** Compression as other clients see it, which nobody here wrote. */

let server: ReferenceServer;
let origin: string;
beforeEach(async () => {
  server = await startReferenceServer();
  origin = `127.0.0.1:${server.port}`;
});
afterEach(() => server.close());

const FRAMES = Array.from(
  { length: 40 },
  (_, index) => `{"id":${index},"price":${index * 17},"venue":"XPAR"}`,
);

/** 480 kB that hardly compress. */
const NOISE = randomBytes(360_000).toString('base64');

async function publish(frame: string): Promise<void> {
  const { status } = await fetch(`http://${origin}/publish?channel=c`, { method: 'POST', body: frame });
  expect(status).toBe(204);
}

async function subscribed(options: ConstructorParameters<typeof WebSocket>[2]): Promise<WebSocket> {
  const client = new WebSocket(`ws://${origin}/socket?channel=c`, options);
  await once(client, 'open');
  return client;
}

function textsOf(client: WebSocket): string[] {
  const texts: string[] = [];
  client.on('message', (data) => texts.push(data.toString()));
  return texts;
}

describe('permessage-deflate', () => {
  it.each([
    ['with context', {}],
    ['without context', { serverNoContextTakeover: true, clientNoContextTakeover: true }],
  ])('%s, down and up, to clients that have it and to one that has not', async (_, perMessageDeflate) => {
    const clients = [
      await subscribed({ perMessageDeflate: { ...perMessageDeflate, threshold: 0 } }),
      await subscribed({ perMessageDeflate: { ...perMessageDeflate, threshold: 0 } }),
      await subscribed({ perMessageDeflate: false }),
    ];
    const [first] = clients;
    expect(clients.map(({ extensions }) => extensions)).toEqual([
      'permessage-deflate',
      'permessage-deflate',
      '',
    ]);
    const seen = clients.map(textsOf);
    for (const frame of FRAMES) first?.send(frame);
    await expect.poll(() => seen.map(({ length }) => length)).toEqual(clients.map(() => FRAMES.length));
    expect(seen).toEqual(clients.map(() => FRAMES));
    for (const client of clients) client.terminate();
  });

  it.each([
    [{ serverMaxWindowBits: 9 }],
    [{ serverMaxWindowBits: 9, serverNoContextTakeover: true }],
    // zlib has no such window, so that nothing is compressed.
    [{ serverMaxWindowBits: 8 }],
  ])('refers back no further than was agreed on: %j', async (options) => {
    const client = await subscribed({ perMessageDeflate: { ...options, threshold: 0 } });
    expect(client.extensions).toBe('permessage-deflate');
    const seen = textsOf(client);
    // What recurs after 700 B is within the usual window, and not within this one.
    const frames = Array.from(
      { length: 5 },
      (_, index) => `${NOISE.slice(0, 700)}${index}${NOISE.slice(0, 700)}`,
    );
    for (const frame of frames) await publish(frame);
    await expect.poll(() => seen).toEqual(frames);
    client.terminate();
  });

  it('misses nothing for one that does not read for a while', async () => {
    const client = await subscribed({ perMessageDeflate: {} });
    const seen: number[] = [];
    client.on('message', (data: Buffer) => seen.push(Number(data.toString('latin1', 0, 4))));
    client.pause();
    // 24 MB that hardly compress: the kernel's buffers hold less than 10.
    for (let index = 0; index < 50; index += 1) await publish(`${String(index).padStart(4, '0')}${NOISE}`);
    client.resume();
    await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(50);
    expect(seen).toEqual(Array.from({ length: 50 }, (_, index) => index));
    client.terminate();
  });
});

describe('gzip of an event stream', () => {
  it('is one stream, and each event can be read when it has come', async () => {
    const request = get(`http://${origin}/events?channel=c`, { headers: { 'Accept-Encoding': 'gzip' } });
    const [response] = await once(request, 'response');
    expect(response.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-type': 'text/event-stream',
    });
    let text = '';
    response.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH })).on('data', (part: Buffer) => {
      text += part.toString();
    });
    await expect.poll(() => text).toBe(': subscribed\n\n');
    for (const [index, frame] of FRAMES.slice(0, 5).entries()) {
      await publish(frame);
      await expect.poll(() => text.endsWith(`id: ${index + 1}\ndata: ${frame}\n\n`)).toBe(true);
    }
    request.destroy();
  });
});

describe('gzip of an answer', () => {
  async function asked(path: string, headers: Record<string, string> = {}) {
    const request = get(`http://${origin}${path}`, { headers });
    const [response] = await once(request, 'response');
    const body: Buffer[] = await response.toArray();
    return { ...response, status: response.statusCode, headers: response.headers, body: Buffer.concat(body) };
  }

  it.each(['/poll?channel=c&after=0', '/long-poll?channel=c&after=0&wait=1000'])('of %s', async (path) => {
    for (const frame of FRAMES) await publish(frame);
    const plain = await asked(path);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(plain.body.toString())).toEqual({ next: FRAMES.length, frames: FRAMES });
    const gzipped = await asked(path, { 'Accept-Encoding': 'br, gzip;q=0.5' });
    expect(gzipped.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(gzipped.body.length),
    });
    expect(gunzipSync(gzipped.body)).toEqual(plain.body);
    expect(gzipped.body.length).toBeLessThan(plain.body.length / 3);
  });

  it.each(['gzip;q=0', 'deflate, br', 'identity', 'x-gzip', ''])('not for %j', async (codings) => {
    await publish('a');
    const { headers, body } = await asked('/poll?channel=c&after=0', { 'Accept-Encoding': codings });
    expect([headers['content-encoding'], body.toString()]).toEqual([undefined, '{"next":1,"frames":["a"]}']);
  });

  it('of /value has a tag of its own', async () => {
    await publish('a value');
    const path = '/value?channel=c';
    const gzip = { 'Accept-Encoding': 'gzip' };
    const plain = await asked(path);
    const gzipped = await asked(path, gzip);
    expect([plain.headers.etag, gzipped.headers.etag]).toEqual(['"1"', '"1-gzip"']);
    expect(gunzipSync(gzipped.body).toString()).toBe('a value');
    expect((await asked(path, { ...gzip, 'If-None-Match': '"1-gzip"' })).status).toBe(304);
    expect((await asked(path, { ...gzip, 'If-None-Match': '"1"' })).status).toBe(200);
    expect((await asked(path, { 'If-None-Match': '"1"' })).status).toBe(304);
  });
});

describe('a message that is compressed by itself', () => {
  it('is flushed and cut as RFC 7692 §7.2.1 says', async () => {
    const { deflatedFrame } = await import('./coding.ts');
    const frame = deflatedFrame(Buffer.from('Hello Hello Hello'), 15);
    expect(frame[0]).toBe(0xc1);
    expect(frame[1]).toBe(frame.length - 2);
    const whole = Buffer.concat([frame.subarray(2), Buffer.from([0, 0, 0xff, 0xff])]);
    expect(inflateRawSync(whole, { finishFlush: constants.Z_SYNC_FLUSH }).toString()).toBe(
      'Hello Hello Hello',
    );
  });
});

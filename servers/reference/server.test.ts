import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_FRAME_BYTES } from '../contract.ts';
import { ListenError } from './listen-error.ts';
import { type ReferenceServer, startReferenceServer } from './server.ts';

let server: ReferenceServer;
let base: string;
const sockets: Socket[] = [];
beforeEach(async () => {
  server = await startReferenceServer();
  base = `http://127.0.0.1:${server.port}`;
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.close();
});

const publish = (body: string, channel = 'c') =>
  fetch(`${base}/publish?channel=${channel}`, { method: 'POST', body });

/** Sends bytes, and collects what comes back until it satisfies. */
async function exchange(request: string, enough: (text: string) => boolean): Promise<string> {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  socket.write(request);
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (enough(text)) break;
  }
  return text;
}

const get = (target: string, headers = '') => `GET ${target} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`;
const upgrade =
  'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const wholeHead = (text: string) => text.includes('\r\n\r\n');

describe('on the wire', () => {
  test('a poll has the headers of node:http and its type, no others', async () => {
    const text = await exchange(get('/poll?channel=c'), (all) => all.endsWith('}'));
    expect(text.replace(/Date: .*/, 'Date: …')).toBe(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 22\r\nDate: …\r\n' +
        'Connection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n{"next":0,"frames":[]}',
    );
  });

  test('an event is one chunk, `id: N\\ndata: X\\n\\n`', async () => {
    const stream = exchange(get('/events?channel=c&after=0'), (all) => all.includes('data: X'));
    await publish('X');
    const text = await stream;
    expect(text.slice(text.indexOf('\r\n\r\n') + 4)).toBe(
      'e\r\n: subscribed\n\n\r\nf\r\nid: 1\ndata: X\n\n\r\n',
    );
  });

  test('a frame follows the 101 in the shortest framing', async () => {
    await publish('X');
    const text = await exchange(get('/socket?channel=c&after=0', upgrade), (all) => all.endsWith('X'));
    expect(text).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\ufffd\u0001X',
    );
  });
});

describe('refuses', () => {
  test.each([
    ['GET', '/nowhere', 404],
    ['GET', '/publish?channel=c', 405],
    ['GET', '/socket?channel=c', 426],
    ['GET', '/echo', 426],
    ['GET', '/poll', 400],
    ['GET', '/poll?channel=a.b', 400],
    ['GET', '/poll?channel=c&after=', 400],
    ['GET', '/poll?channel=c&after=9007199254740993', 400],
    ['GET', '/long-poll?channel=c&after=0', 400],
    ['GET', '/long-poll?channel=c&after=0&wait=2147483648', 400],
    ['GET', '/events?channel=c&after=x', 400],
  ])('%s %s with %i and a reason', async (method, target, status) => {
    const response = await fetch(base + target, { method });
    expect(response.status).toBe(status);
    expect(await response.text()).not.toBe('');
  });

  test.each(['/poll?', '/long-poll?wait=9000&', '/events?'])(
    'a cursor beyond the end, by GET %s, with 410: it is from another life of the server',
    async (route) => {
      await publish('only');
      const response = await fetch(`${base}${route}channel=c&after=2`);
      expect(response.status).toBe(410);
      expect(await response.json()).toEqual({ next: 1, oldest: 0 });
    },
  );

  test.each([
    ['/socket?channel=c&after=2', '410 Gone', '{"next":0,"oldest":0}'],
    ['/socket', '400 Bad Request', 'the parameter "channel" is missing'],
    ['/nowhere', '404 Not Found', 'no route upgrades at /nowhere'],
  ])('the upgrade %s with %s', async (target, status, body) => {
    const text = await exchange(get(target, upgrade), (all) => all.endsWith(body));
    expect(text).toMatch(`HTTP/1.1 ${status}\r\n`);
  });

  test('bytes that are not UTF-8 with 400, and keeps none of them', async () => {
    const response = await fetch(`${base}/publish?channel=c`, {
      method: 'POST',
      body: Buffer.from([0x61, 0xff]),
    });
    expect(response.status).toBe(400);
    expect(await (await fetch(`${base}/poll?channel=c`)).json()).toEqual({ next: 0, frames: [] });
  });

  test('a body over 1 MiB with 413, and answers the next request on the same connection', async () => {
    const large = `POST /publish?channel=c HTTP/1.1\r\nHost: x\r\nContent-Length: ${MAX_FRAME_BYTES + 1}\r\n\r\n`;
    const text = await exchange(
      `${large}${'x'.repeat(MAX_FRAME_BYTES + 1)}${get('/poll?channel=c')}`,
      (all) => all.endsWith('"frames":[]}'),
    );
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 413', 'HTTP/1.1 200']);
  });

  test('an event stream behind another request on its connection with 400', async () => {
    const text = await exchange(
      get('/long-poll?channel=c&after=0&wait=50') + get('/events?channel=c'),
      (all) => all.includes('pipelined'),
    );
    expect(text.match(/HTTP\/1.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  });

  test.each([
    ['a message over 1 MiB', 'x'.repeat(MAX_FRAME_BYTES + 1), 1009],
    ['a binary message', Buffer.from('x'), 1003],
  ])('%s with its close code', async (_, message, code) => {
    const webSocket = new WebSocket(`${base.replace('http', 'ws')}/socket?channel=c`);
    webSocket.on('open', () => webSocket.send(message));
    expect(await new Promise((resolve) => webSocket.on('close', resolve))).toBe(code);
    expect(await (await fetch(`${base}/poll?channel=c`)).json()).toEqual({ next: 0, frames: [] });
  });
});

test('a byte order mark is part of a frame', async () => {
  await publish('\ufeffmarked');
  const { frames } = JSON.parse(await (await fetch(`${base}/poll?channel=c&after=0`)).text());
  expect(frames).toEqual(['\ufeffmarked']);
});

test('close ends held connections at once', async () => {
  const held = [
    get('/events?channel=c'),
    get('/long-poll?channel=c&after=0&wait=60000'),
    get('/socket?channel=c', upgrade),
  ];
  const ended = held.map((request) => exchange(request, () => false).catch(() => 'reset'));
  await exchange(get('/poll?channel=c'), wholeHead);
  await server.close();
  expect(await Promise.all(ended)).toHaveLength(3);
});

test('stats count connections and requests, upgraded ones too', async () => {
  const webSocket = new WebSocket(`${base.replace('http', 'ws')}/echo`);
  await new Promise((resolve) => webSocket.once('open', resolve));
  const text = await exchange(get('/stats'), (all) => all.endsWith('}'));
  webSocket.terminate();
  expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toEqual({ connections: 2, accepted: 2, requests: 2 });
});

test('a port in use is an error that says so', async () => {
  const error = await startReferenceServer({ port: server.port }).catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(ListenError);
  expect(error).toMatchObject({
    code: 'address-in-use',
    message: expect.stringContaining(String(server.port)),
  });
});

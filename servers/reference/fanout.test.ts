import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Fanout, MAX_UNSENT_BYTES } from './fanout.ts';
import { ChannelLog, type Frame } from './log.ts';

let server: Server;
let client: Socket;
let served: Socket;
beforeEach(async () => {
  server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  [served] = (await once(server, 'connection')) as [Socket];
  client.pause();
});
afterEach(() => {
  client.destroy();
  served.destroy();
  server.close();
});

const subscriber = () => ({ socket: served, isOpen: () => served.writable, outlet: null });
const encode = ({ text }: Frame) => Buffer.from(`${text}\n`);

async function linesRead(count: number): Promise<string[]> {
  const chunks: Buffer[] = [];
  let lines = 0;
  for await (const chunk of client) {
    chunks.push(chunk);
    lines += chunk.toString('latin1').split('\n').length - 1;
    if (lines >= count) break;
  }
  return Buffer.concat(chunks).toString('latin1').split('\n').slice(0, -1);
}

test('a frame is encoded once for all subscribers', async () => {
  const log = new ChannelLog();
  let encodings = 0;
  const fanout = new Fanout(log, (frame) => {
    encodings += 1;
    return encode(frame);
  });
  for (let index = 0; index < 3; index += 1) fanout.join(subscriber(), 0);
  log.append('a');
  expect(encodings).toBe(1);
  expect(await linesRead(3)).toEqual(['a', 'a', 'a']);
});

test('a subscriber gets what it missed, then what is new, each once', async () => {
  const log = new ChannelLog();
  for (const text of ['a', 'b', 'c']) log.append(text);
  new Fanout(log, encode).join(subscriber(), 1);
  log.append('d');
  expect(await linesRead(3)).toEqual(['b', 'c', 'd']);
});

test('one that does not read has little buffered, and misses nothing once it reads', async () => {
  const log = new ChannelLog();
  const fanout = new Fanout(log, encode);
  fanout.join(subscriber(), 0);
  // 30 MB: the kernel's buffers hold less than 10.
  const frames = Array.from({ length: 300 }, (_, index) => `${index}:${'x'.repeat(100_000)}`);
  for (const frame of frames) {
    log.append(frame);
    expect(served.writableLength).toBeLessThanOrEqual(MAX_UNSENT_BYTES + 100_010);
  }
  expect(served.writableLength).toBeGreaterThan(0);
  const lines = await linesRead(frames.length);
  expect(lines.map((line) => line.split(':')[0])).toEqual(frames.map((_, index) => `${index}`));
});

test('one that comes back when the log has forgotten its place is disconnected', async () => {
  const log = new ChannelLog(() => 0);
  const fanout = new Fanout(log, encode);
  fanout.join(subscriber(), 0);
  for (let frame = 0; frame < 20_000; frame += 1) log.append('x'.repeat(2_000)); // 20 MB are forgotten.
  expect(log.oldest).toBeGreaterThan(0);
  const closed = once(served, 'close');
  client.resume();
  await closed;
});

test('one that is gone is written to no more', async () => {
  const log = new ChannelLog();
  let encodings = 0;
  const fanout = new Fanout(log, (frame) => {
    encodings += 1;
    return encode(frame);
  });
  fanout.join(subscriber(), 0);
  client.destroy();
  served.resume();
  await once(served, 'close');
  log.append('nobody');
  expect(encodings).toBe(0);
});

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { newHistogram, quantileUs } from '../../reports/results/histogram.ts';
import type { Link } from '../../scenarios/schema.ts';
import { nowUs } from '../clock.ts';
import { Agenda } from '../pacing/agenda.ts';
import { Child } from '../processes/child.ts';

const LINK_MAIN = new URL('./link-main.js', import.meta.url);
const NEVER_ABORTED = new AbortController().signal;

/** A TCP server that sends back what it gets, behind a link in a process of its own. */
let echo: Server;
let link: Child | null = null;
let agenda: Agenda;

beforeEach(async () => {
  agenda = new Agenda();
  echo = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.pipe(socket);
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
});

afterEach(async () => {
  await link?.end();
  link = null;
  echo.close();
  await agenda.close();
});

async function linkTo(given: Partial<Link>): Promise<number> {
  link = new Child('link', LINK_MAIN, () => {});
  const target = { host: '127.0.0.1', port: (echo.address() as AddressInfo).port, tls: null };
  const defaults = { rttMs: 0, jitterMs: 0, kbps: null, events: [] };
  link.say({ kind: 'relay', link: { ...defaults, ...given }, target, seed: 1 });
  return (await link.hear('listening', NEVER_ABORTED)).port;
}

async function connected(port: number) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

describe('a link', () => {
  test('of 50 ms each way is 50 ms each way, at 2,000 frames a second', { retry: 2 }, async () => {
    const socket = await connected(await linkTo({ rttMs: 100 }));
    const roundTrips = newHistogram();
    const sent: number[] = [];
    const frame = Buffer.alloc(64);
    let pending = 0;
    socket.on('data', (bytes) => {
      const receivedUs = nowUs();
      for (pending += bytes.length; pending >= frame.length; pending -= frame.length) {
        roundTrips.recordValue(Math.round(receivedUs - (sent.shift() ?? 0)));
      }
    });
    const frames = 6_000;
    const startUs = nowUs() + 500_000;
    for (let index = 0; index < frames; index += 1) {
      agenda.at(startUs + index * 500, () => {
        sent.push(nowUs());
        socket.write(frame);
      });
    }
    const end = Date.now() + 10_000;
    while (roundTrips.totalCount < frames && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    socket.destroy();
    expect(roundTrips.totalCount).toBe(frames);
    const oneWayMs = (q: number) => (quantileUs(roundTrips, q) ?? 0) / 2e3;
    expect(Math.abs(oneWayMs(0.5) - 50)).toBeLessThan(1);
    expect(Math.abs(oneWayMs(0.99) - 50)).toBeLessThan(3);
  });

  test('takes a round trip more for the first byte, as connecting does', async () => {
    const socket = await connected(await linkTo({ rttMs: 100 }));
    const startUs = nowUs();
    socket.write('x');
    await once(socket, 'data');
    const tookMs = (nowUs() - startUs) / 1e3;
    socket.destroy();
    expect(tookMs).toBeGreaterThan(195);
    expect(tookMs).toBeLessThan(230);
  });

  test('passes on every byte in order, through a narrow line too', async () => {
    const socket = await connected(await linkTo({ rttMs: 10, jitterMs: 5, kbps: 80_000 }));
    const sent = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
    const parts: Buffer[] = [];
    socket.on('data', (bytes) => parts.push(bytes));
    socket.end(sent);
    await once(socket, 'close');
    expect(Buffer.concat(parts).equals(sent)).toBe(true);
  });

  test('that is cut resets every connection, and takes new ones', async () => {
    const port = await linkTo({ events: [{ kind: 'cut', atMs: 100 }] });
    const socket = await connected(port);
    const reset = once(socket, 'error');
    link?.say({ kind: 'script', zeroUs: nowUs() });
    expect(await reset).toMatchObject([{ code: 'ECONNRESET' }]);
    const after = await connected(port);
    after.write('x');
    const [bytes] = await once(after, 'data');
    after.destroy();
    expect(String(bytes)).toBe('x');
  });

  test('that refuses resets new connections, and lets old ones be', async () => {
    const port = await linkTo({ events: [{ kind: 'refuse', atMs: 0, forMs: 500 }] });
    const old = await connected(port);
    link?.say({ kind: 'script', zeroUs: nowUs() });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const refused = connect({ port, host: '127.0.0.1' });
    const [error] = await once(refused, 'error');
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    old.write('x');
    await once(old, 'data');
    old.destroy();
  });

  test('that stalls delivers nothing, and then everything', async () => {
    const socket = await connected(await linkTo({ events: [{ kind: 'stall', atMs: 0, forMs: 400 }] }));
    const startUs = nowUs();
    link?.say({ kind: 'script', zeroUs: startUs });
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.write('x');
    await once(socket, 'data');
    socket.destroy();
    expect((nowUs() - startUs) / 1e3).toBeGreaterThan(399);
  });

  test('ends a connection at its other end too', async () => {
    const accepted = once(echo, 'connection');
    const socket = await connected(await linkTo({ rttMs: 20 }));
    const [served] = await accepted;
    socket.end();
    await once(served, 'close');
    await once(socket, 'close');
  });
});

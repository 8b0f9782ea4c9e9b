import { afterEach, describe, expect, it } from 'vitest';
import { nowUs } from '../clock.ts';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { WireSocket } from './socket.ts';
import { SocketTotals } from './socket-totals.ts';
import { hostHeader, type Target } from './target.ts';

describe('WireSocket', () => {
  let server: RawServer | null = null;
  afterEach(() => server?.close());

  function connectTo(target: Target, readBytesPerSecond: number | null = null) {
    const totals = new SocketTotals(readBytesPerSecond);
    const received: string[] = [];
    const closed: (string | null)[] = [];
    const socket = new WireSocket(target, totals, {
      onConnect: () => {},
      onData: (bytes, end) => received.push(bytes.toString('latin1', 0, end)),
      onClose: (reason) => closed.push(reason),
    });
    return { socket, totals, received, closed };
  }

  async function connect(serve: (connection: RawConnection) => Promise<void>) {
    server = await startRawServer(serve);
    return connectTo(server.target);
  }

  it('counts what went up and came down when the peer ends it', async () => {
    const { socket, totals, received, closed } = await connect(async ({ socket, request }) => {
      await request();
      socket.end('answer');
    });
    socket.write(Buffer.from('HEAD\r\nContent-Length: 4\r\n\r\nbody'));
    await expect.poll(() => closed).toEqual([null]);
    expect(received.join('')).toBe('answer');
    expect([totals.up, totals.down]).toEqual([31, 6]);
    socket.destroy();
    expect([totals.up, totals.down]).toEqual([31, 6]);
  });

  it('counts when it is ended here, and calls its owner no more', async () => {
    const { socket, totals, received, closed } = await connect(async ({ socket, request }) => {
      await request();
      socket.write('answer');
    });
    socket.write('x\r\n\r\n');
    await expect.poll(() => received.join('')).toBe('answer');
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([totals.up, totals.down, closed]).toEqual([5, 6, []]);
  });

  it('is over as soon as the peer ends it: nothing is given to it that it does not count', async () => {
    for (let time = 0; time < 20; time += 1) {
      const { socket, totals, closed } = await connect(async ({ socket }) => {
        socket.end();
      });
      let writtenBytes = 0;
      for (; closed.length === 0; writtenBytes += 1) {
        socket.write('x');
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect([totals.up, closed]).toEqual([writtenBytes, [null]]);
      await server?.close();
    }
  });

  it.each([
    ['it notices', false],
    ['it is ended here', true],
  ])('counts what it was given on a connection that has broken unnoticed, when %s', async (_, endsHere) => {
    let reset = () => {};
    const { socket, totals, received, closed } = await connect(async ({ socket, request }) => {
      await request();
      reset = () => socket.resetAndDestroy();
      socket.write('answer');
    });
    socket.write('x\r\n\r\n');
    await expect.poll(() => received.join('')).toBe('answer');
    reset();
    // The kernel refuses the first, and the socket itself the second.
    socket.write('lost');
    socket.write(Buffer.from('too!'));
    if (endsHere) socket.destroy();
    else await expect.poll(() => closed).toHaveLength(1);
    expect([totals.up, totals.down]).toEqual([5 + 4 + 4, 6]);
  });

  const MEGABYTE = Buffer.alloc(1 << 20);

  it('counts what it was given and the peer has not read, when it is ended here', async () => {
    const { socket, totals } = await connect(async ({ socket }) => {
      socket.pause();
    });
    for (let time = 0; time < 20; time += 1) socket.write(MEGABYTE);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    expect(totals.up).toBe(20 << 20);
  });

  it('counts the same when the peer breaks it', async () => {
    const { socket, totals, closed } = await connect(async ({ socket }) => {
      socket.pause();
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    for (let time = 0; time < 20; time += 1) socket.write(MEGABYTE);
    await expect.poll(() => closed).toEqual([expect.stringMatching(/ECONNRESET|EPIPE/)]);
    expect(totals.up).toBe(20 << 20);
  });

  it('keeps the order of what the system takes at once and what has to wait, and says how much waits', async () => {
    const sent = Array.from({ length: 400 }, (_, piece) => String(piece % 10).repeat(40_000 + piece));
    let heard = '';
    let read = () => {};
    const { socket, received } = await connect(async ({ socket, request }) => {
      await request();
      socket.pause().removeAllListeners('data');
      read = () => {
        socket.on('data', (bytes) => {
          heard += bytes.toString('latin1');
        });
        socket.resume();
      };
      socket.write('ready');
    });
    socket.write('x\r\n\r\n');
    await expect.poll(() => received.join('')).toBe('ready');
    for (const [piece, text] of sent.entries()) {
      socket.write(piece % 2 === 0 ? text : Buffer.from(text));
      if (piece % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(socket.backlogBytes).toBeGreaterThan(0);
    read();
    await expect.poll(() => heard.length, { timeout: 5_000 }).toBe(sent.join('').length);
    expect(heard).toBe(sent.join(''));
    await expect.poll(() => socket.backlogBytes).toBe(0);
    socket.destroy();
  });

  it('reads no faster than it may, and all of it', async () => {
    // 60,000 B at 100,000 B/s: 100 ms' worth at once, in slices of 5,000 B, and the rest in 500 ms.
    server = await startRawServer(async ({ socket }) => {
      socket.write(Buffer.alloc(60_000));
    });
    const beganUs = nowUs();
    const { socket, received } = connectTo(server.target, 100_000);
    const length = () => received.reduce((sum, text) => sum + text.length, 0);
    await expect.poll(length, { interval: 5 }).toBe(60_000);
    const tookMs = (nowUs() - beganUs) / 1e3;
    expect(Math.max(...received.map((text) => text.length))).toBe(5_000);
    // The last slice is read when all before it is paid for: 500 ms less one slice's 50 ms.
    expect(tookMs).toBeGreaterThanOrEqual(449);
    expect(tookMs).toBeLessThan(900);
    socket.destroy();
  });

  it('lets the peer wait while it reads slowly, and learns afterwards that the peer has gone', async () => {
    server = await startRawServer(async ({ socket }) => {
      socket.end(Buffer.alloc(20_000));
    });
    const { received, closed, totals } = connectTo(server.target, 100_000);
    await expect.poll(() => received.join('').length).toBeGreaterThan(0);
    expect(closed).toEqual([]);
    await expect.poll(() => closed).toEqual([null]);
    expect(totals).toMatchObject({ down: 20_000, endedByPeer: 1 });
  });

  it('reads nothing more once it is destroyed', async () => {
    server = await startRawServer(async ({ socket }) => {
      socket.write(Buffer.alloc(60_000));
    });
    const { socket, received, totals } = connectTo(server.target, 100_000);
    await expect.poll(() => received.length).toBeGreaterThan(0);
    socket.destroy();
    const before = received.length;
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(received.length).toBe(before);
    expect(totals).toMatchObject({ down: received.join('').length, endedByPeer: 0 });
  });

  it('counts the same when nobody was there', async () => {
    server = await startRawServer(async () => {});
    await server.close();
    const { socket, totals, closed } = connectTo(server.target);
    socket.write('x\r\n\r\n');
    await expect.poll(() => closed).toEqual([expect.stringContaining('ECONNREFUSED')]);
    expect(totals).toMatchObject({ up: 5, endedByPeer: 0 });
  });
});

describe('hostHeader', () => {
  it('puts an IPv6 address into brackets (RFC 9112 §3.2)', () => {
    expect(hostHeader({ host: '127.0.0.1', port: 80 })).toBe('127.0.0.1:80');
    expect(hostHeader({ host: '::1', port: 8080 })).toBe('[::1]:8080');
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { hostHeader, SocketTotals, type Target, WireSocket } from './socket.ts';

describe('WireSocket', () => {
  let server: RawServer | null = null;
  afterEach(() => server?.close());

  function connectTo(target: Target) {
    const totals = new SocketTotals();
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
    socket.writeTogether('HEAD\r\nContent-Length: 4\r\n\r\n', Buffer.from('body'));
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
    socket.writeTogether('too', Buffer.from('!'));
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

  it('counts the same when nobody was there', async () => {
    server = await startRawServer(async () => {});
    await server.close();
    const { socket, totals, closed } = connectTo(server.target);
    socket.write('x\r\n\r\n');
    await expect.poll(() => closed).toEqual([expect.stringContaining('ECONNREFUSED')]);
    expect(totals.up).toBe(5);
  });
});

describe('hostHeader', () => {
  it('puts an IPv6 address into brackets (RFC 9112 §3.2)', () => {
    expect(hostHeader({ host: '127.0.0.1', port: 80 })).toBe('127.0.0.1:80');
    expect(hostHeader({ host: '::1', port: 8080 })).toBe('[::1]:8080');
  });
});

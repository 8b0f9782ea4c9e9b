import { afterEach, describe, expect, it } from 'vitest';
import { ACCOUNTS } from '../../reports/results/schema.ts';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { type ConnectionUse, HttpConnection } from './http-connection.ts';
import { Ledger, Tally } from './ledger.ts';
import { SocketTotals } from './socket-totals.ts';
import type { Target } from './target.ts';

const GET = 'GET /poll HTTP/1.1\r\nHost: x\r\n\r\n';
const POST = 'POST /publish HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n';

function answer(body: string, fields = ''): string {
  return `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${body.length}\r\n\r\n${body}`;
}

/** A client of one connection that remembers what it was told, and keeps the books as a driver does. */
class Client {
  readonly said: string[] = [];
  readonly totals = new SocketTotals();
  readonly ledger = new Ledger();
  readonly connection: HttpConnection;
  readonly #waiting: (() => void)[] = [];

  constructor(target: Target, use: ConnectionUse) {
    const tally = new Tally(this.ledger);
    const tell = (what: string) => {
      this.said.push(what);
      for (const resolve of this.#waiting.splice(0)) resolve();
    };
    this.connection = new HttpConnection(target, this.totals, tally, use, {
      onOpen: () => tell('open'),
      onAnswer: ({ status, body, start, end }) => {
        tally.down('payload', end - start);
        tally.settle(true);
        const text = body.toString('latin1', start, end);
        tell(`${status} ${text.length > 100 ? text.length : text}`);
      },
      onFailure: ({ kind, reason }) => {
        tally.settle(true);
        tell(`failed: ${kind}: ${reason}`);
      },
      onIdleEnd: () => tell('idle end'),
    });
    this.#settle = () => tally.settle(true);
  }

  readonly #settle: () => void;

  /** Sends a request and waits for an answer or a failure. */
  async ask(head: string, body: Buffer | null = null): Promise<string> {
    this.connection.request(head, body);
    return this.heard(/^(\d|failed)/);
  }

  /** Waits for the next thing said that matches. */
  async heard(what: RegExp): Promise<string> {
    for (let at = this.said.length; ; at += 1) {
      while (at >= this.said.length) await new Promise<void>((resolve) => this.#waiting.push(resolve));
      const said = this.said[at] ?? '';
      if (what.test(said)) return said;
    }
  }

  /** Ends it, and checks that every byte that the sockets counted is in exactly one account. */
  close(): void {
    this.connection.close();
    this.#settle();
    const accounted = (['up', 'down'] as const).map((direction) =>
      ACCOUNTS.reduce((sum, account) => sum + this.ledger[direction][account], 0),
    );
    expect(accounted).toEqual([this.totals.up, this.totals.down]);
  }
}

describe('HttpConnection', () => {
  let server: RawServer | null = null;
  let client: Client | null = null;

  async function connect(
    serve: (connection: RawConnection) => Promise<void>,
    use: Partial<ConnectionUse> = {},
  ) {
    server = await startRawServer(serve);
    client = new Client(server.target, { reuse: true, repeats: true, ...use });
    return { server, client };
  }

  afterEach(async () => {
    await server?.close();
    server = null;
    client = null;
  });

  it('sends one request after the other on one connection', async () => {
    const { server, client } = await connect(async ({ socket, request }) => {
      for (;;) socket.write(answer((await request()).split(' ')[1] ?? ''));
    });
    for (let time = 0; time < 5; time += 1) expect(await client.ask(GET)).toBe('200 /poll');
    expect(await client.ask(POST, Buffer.from('body'))).toBe('200 /publish');
    expect(server.accepted).toBe(1);
    client.close();
    const { headers, payload, outside } = client.ledger.up;
    expect({ headers, payload, outside }).toEqual({
      headers: 5 * GET.length + POST.length,
      payload: 4,
      outside: 0,
    });
    expect(client.ledger.down.payload).toBe(5 * 5 + 8);
  });

  it('may ask again while it is being answered', async () => {
    const { server, client } = await connect(async ({ socket, request }) => {
      for (let time = 0; ; time += 1) {
        await request();
        socket.write(answer(`${time}`));
      }
    });
    const first = client.ask(GET).then(() => client.ask(GET));
    expect(await first).toBe('200 1');
    expect(server.accepted).toBe(1);
    client.close();
  });

  it.each([
    ['says Connection: close', answer('bye', 'Connection: close\r\n')],
    ['is of HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nbye'],
  ])('opens another connection after an answer that %s', async (_, bytes) => {
    const { server, client } = await connect(async ({ socket, request }) => {
      await request();
      socket.write(bytes);
    });
    expect([await client.ask(GET), await client.ask(GET)]).toEqual(['200 bye', '200 bye']);
    expect(server.accepted).toBe(2);
    expect(client.said).toEqual(['open', '200 bye', 'open', '200 bye']);
    client.close();
  });

  it('opens one for every request if it is not to be reused; one that is open already serves the first', async () => {
    const { server, client } = await connect(
      async ({ socket, request }) => {
        for (;;) {
          await request();
          socket.write(answer('x'));
        }
      },
      { reuse: false },
    );
    const opened = client.heard(/open/);
    client.connection.connect();
    client.connection.connect();
    await opened;
    for (let time = 0; time < 3; time += 1) await client.ask(GET);
    expect(server.accepted).toBe(3);
    client.close();
  });

  it('reads a body that ends with the connection', async () => {
    const { client } = await connect(async ({ socket, request }) => {
      await request();
      socket.end('HTTP/1.1 200 OK\r\n\r\nuntil the end');
    });
    expect(await client.ask(GET)).toBe('200 until the end');
    client.close();
  });

  it('does not take a connection that breaks for the end of such a body', async () => {
    const { client } = await connect(async ({ socket, request }) => {
      await request();
      socket.write('HTTP/1.1 200 OK\r\n\r\nnot all of', () => setTimeout(() => socket.resetAndDestroy(), 20));
    });
    expect(await client.ask(GET)).toBe('failed: lost: read ECONNRESET');
    client.close();
  });

  it.each([
    ['in the head', 'HTTP/1.1 200 OK\r\nContent-Le'],
    ['in the body', 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n0123456789'],
    ['in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc'],
  ])('fails when an answer is cut off %s, and does not ask again', async (_, bytes) => {
    const { server, client } = await connect(async ({ socket, request, number }) => {
      if (number === 0) {
        await request();
        socket.write(answer('first'));
        await request();
        socket.end(bytes);
      } else {
        await request();
        socket.write(answer('anew'));
      }
    });
    await client.ask(GET);
    expect(await client.ask(GET)).toBe('failed: lost: the server ended the connection before its answer');
    expect(server.accepted).toBe(1);
    expect(await client.ask(GET)).toBe('200 anew');
    client.close();
    // Heads that were read to their end, and whole chunk lines, belong to the exchange; the rest to none.
    const { headers, payload, framing, outside } = client.ledger.down;
    expect(headers + payload + framing).toBeGreaterThan(0);
    expect(outside).toBeGreaterThan(0);
  });

  it('fails when nobody listens', async () => {
    const { server, client } = await connect(async () => {});
    await server.close();
    expect(await client.ask(GET)).toBe(`failed: lost: connect ECONNREFUSED 127.0.0.1:${server.target.port}`);
    client.close();
  });

  it('fails when the server ends a connection instead of its first answer', async () => {
    const { server, client } = await connect(async ({ socket, request }) => {
      await request();
      socket.end();
    });
    expect(await client.ask(GET)).toBe('failed: lost: the server ended the connection before its answer');
    expect(server.accepted).toBe(1);
    client.close();
  });

  describe('when the server ends an idle connection', () => {
    /** The first connection answers once and ends when the next request is there: the two have crossed. */
    async function crossing({ socket, request, number }: RawConnection): Promise<void> {
      await request();
      socket.write(answer(`${number}`));
      if (number > 0) return;
      await request();
      socket.end();
    }

    it('repeats a GET, once, on a new connection (RFC 9112 §9.3.1)', async () => {
      const { server, client } = await connect(crossing);
      expect([await client.ask(GET), await client.ask(GET)]).toEqual(['200 0', '200 1']);
      expect(server.accepted).toBe(2);
      client.close();
      expect(client.ledger.up.headers).toBe(3 * GET.length);
    });

    it('does not repeat it a second time', async () => {
      const { server, client } = await connect(async ({ socket, request, number }) => {
        await request();
        if (number === 0) socket.write(answer('0'));
        else socket.end();
        await request();
        socket.end();
      });
      await client.ask(GET);
      expect(await client.ask(GET)).toBe('failed: lost: the server ended the connection before its answer');
      expect(server.accepted).toBe(2);
      client.close();
    });

    it('does not repeat it for an owner who comes back by himself', async () => {
      const { server, client } = await connect(crossing, { repeats: false });
      await client.ask(GET);
      expect(await client.ask(GET)).toBe('failed: lost: the server ended the connection before its answer');
      expect(server.accepted).toBe(1);
      client.close();
    });

    it('says that it has seen the end', async () => {
      const { client } = await connect(async ({ socket, request }) => {
        await request();
        socket.write(answer('0'));
        setTimeout(() => socket.resetAndDestroy(), 20);
      });
      await client.ask(GET);
      await client.heard(/idle end/);
      expect(client.said).toEqual(['open', '200 0', 'idle end']);
      client.close();
    });

    it('does not repeat a POST, which may have been done', async () => {
      const { server, client } = await connect(crossing);
      await client.ask(GET);
      expect(await client.ask(POST, Buffer.from('body'))).toMatch(/^failed: /);
      expect(server.accepted).toBe(1);
      client.close();
    });

    it('opens a new one for the next request when it has seen the end', async () => {
      const { server, client } = await connect(async ({ socket, request, number }) => {
        await request();
        socket.end(answer(`${number}`));
      });
      expect(await client.ask(POST, Buffer.from('body'))).toBe('200 0');
      await expect.poll(() => client.totals.down).toBeGreaterThan(0);
      expect(await client.ask(POST, Buffer.from('body'))).toBe('200 1');
      expect(server.accepted).toBe(2);
      client.close();
    });

    it('puts a 408 that nobody asked for outside, and asks the next on a new connection', async () => {
      const unasked = 'HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 4\r\n\r\nslow';
      const { server, client } = await connect(async ({ socket, request, number }) => {
        await request();
        socket.write(answer(`${number}`));
        if (number === 0) setTimeout(() => socket.end(unasked), 20);
      });
      await client.ask(GET);
      await expect.poll(() => client.ledger.down.outside).toBe(unasked.length);
      expect(await client.ask(GET)).toBe('200 1');
      expect(client.said).toEqual(['open', '200 0', 'idle end', 'open', '200 1']);
      expect(server.accepted).toBe(2);
      client.close();
      expect(client.ledger.down.outside).toBe(unasked.length);
    });
  });

  it('books a second answer to one request outside', async () => {
    const { client } = await connect(
      async ({ socket, request }) => {
        await request();
        socket.write(answer('one') + answer('two') + answer('three'));
      },
      { reuse: false },
    );
    expect(await client.ask(GET)).toBe('200 one');
    client.close();
    expect(client.ledger.down.outside).toBe((answer('two') + answer('three')).length);
  });

  it('fails on what is not HTTP, and says why', async () => {
    const garbage = 'SSH-2.0-OpenSSH_9.6\r\n\r\n';
    const { client } = await connect(async ({ socket, request }) => {
      await request();
      socket.write(garbage);
    });
    expect(await client.ask(GET)).toMatch(/^failed: wrong: .*SSH-2\.0/);
    client.close();
    expect(client.ledger.down.outside).toBe(garbage.length);
  });

  it('fails on a body beyond 64 MiB when its head says so, and lets go of it', async () => {
    const piece = Buffer.alloc(1 << 20);
    const { client } = await connect(async ({ socket, request }) => {
      await request();
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${100 << 20}\r\n\r\n`);
      while (socket.writable) {
        if (!socket.write(piece)) await new Promise((resolve) => socket.once('drain', resolve));
      }
    });
    expect(await client.ask(GET)).toBe('failed: wrong: a body of more than 67108864 bytes');
    client.close();
    expect(client.totals.down).toBeLessThan(4 << 20);
  });

  it('says nothing more once it is closed, and is not busy', async () => {
    const { client } = await connect(async ({ socket, request }) => {
      await request();
      socket.write(answer('late'));
    });
    const opened = client.heard(/open/);
    client.connection.request(GET);
    await opened;
    expect(client.connection.busy).toBe(true);
    client.close();
    expect(client.connection.busy).toBe(false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(client.said).toEqual(['open']);
  });
});

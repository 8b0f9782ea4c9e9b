import { afterEach, describe, expect, it } from 'vitest';
import { readStamp } from '../stamp.ts';
import { type Bench, benchFor } from '../testing/bench.ts';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { scenarioOf } from '../testing/scenarios.ts';
import { CONTRACT } from './contract-dialect.ts';
import { Outbox, type Post } from './outbox.ts';

const NO_CONTENT = 'HTTP/1.1 204 No Content\r\n\r\n';

/** The sequence that a posted request carries. */
function sequenceOf(request: string): number {
  const body = Buffer.from(request.slice(request.indexOf('\r\n\r\n') + 4), 'latin1');
  const stamp = { stream: 0, sequence: -1, dueUs: 0, sentUs: 0 };
  expect(readStamp(body, 0, body.length, stamp)).toBe(true);
  return stamp.sequence;
}

/** Lets the server's side of a test say when it is to answer. */
function gate() {
  const waiting: (() => void)[] = [];
  return {
    arrivals: 0,
    wait(): Promise<void> {
      this.arrivals += 1;
      return new Promise((resolve) => waiting.push(resolve));
    },
    open: () => waiting.shift()?.(),
  };
}

describe('Outbox', () => {
  let server: RawServer | null = null;
  let bench: Bench | null = null;

  async function start(serve: (connection: RawConnection) => Promise<void>, post: Partial<Post> = {}) {
    server = await startRawServer(serve);
    bench = benchFor(server.target, scenarioOf());
    let idles = 0;
    const outbox = new Outbox(bench.context, {
      publish: CONTRACT.publish,
      channelOf: ({ channel }) => `c${channel}`,
      reuse: true,
      onAnswer: () => 0,
      onIdle: () => {
        idles += 1;
      },
      ...post,
    });
    return { server, bench, outbox, idles: () => idles };
  }

  afterEach(async () => {
    await server?.close();
    await bench?.close();
    expect(bench?.unaccounted()).toEqual({ up: 0, down: 0 });
  });

  it('posts one message at a time, in order, on one connection', async () => {
    const answers = gate();
    const sequences: number[] = [];
    const { server, bench, outbox, idles } = await start(async ({ socket, request }) => {
      for (;;) {
        const post = await request();
        expect(post).toMatch(/^POST \/publish\?channel=c0 HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
        sequences.push(sequenceOf(post));
        await answers.wait();
        socket.write(NO_CONTENT);
      }
    });
    await outbox.open();
    for (let number = 0; number < 5; number += 1) outbox.send(bench.message());
    for (let number = 1; number <= 5; number += 1) {
      await expect.poll(() => answers.arrivals).toBe(number);
      // What waits has not been written: the server, which reads all that comes, has seen no more.
      expect(bench.measurements().messages.sent).toBe(number);
      expect([outbox.idle, idles()]).toEqual([false, 0]);
      answers.open();
    }
    await expect.poll(() => outbox.idle).toBe(true);
    expect([sequences, idles(), server.accepted]).toEqual([[0, 1, 2, 3, 4], 1, 1]);
    expect(bench.measurements()).toMatchObject({
      messages: { sent: 5, unsent: 0 },
      requests: { total: 5 },
      connections: { reopened: 0 },
    });
    expect(bench.faults()).toEqual({});
    outbox.close();
  });

  it('counts what the server refuses as unsent, with the status, and goes on', async () => {
    const { bench, outbox } = await start(async ({ socket, request }) => {
      for (;;) {
        const sequence = sequenceOf(await request());
        socket.write(sequence === 1 ? 'HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy' : NO_CONTENT);
      }
    });
    await outbox.open();
    for (let number = 0; number < 3; number += 1) outbox.send(bench.message());
    await expect.poll(() => outbox.idle).toBe(true);
    expect(bench.measurements()).toMatchObject({
      messages: { sent: 2, unsent: 1 },
      requests: { total: 3 },
      faults: { 'POST /publish was answered with 503': 1 },
      // The refusal's body is no payload.
      bytes: { down: { payload: 0, framing: 4 } },
    });
    outbox.close();
  });

  it('counts what got no answer as unsent, and posts the next on a new connection', async () => {
    const { server, bench, outbox } = await start(async ({ socket, request, number }) => {
      for (;;) {
        await request();
        if (number === 0) socket.end();
        else socket.write(NO_CONTENT);
      }
    });
    await outbox.open();
    outbox.send(bench.message());
    outbox.send(bench.message());
    await expect.poll(() => outbox.idle).toBe(true);
    expect(server.accepted).toBe(2);
    expect(bench.measurements()).toMatchObject({
      messages: { sent: 1, unsent: 1 },
      connections: { reopened: 1 },
      faults: { 'the server ended the connection before its answer': 1 },
    });
    outbox.close();
  });

  it('counts what was under way and what waited as unsent when it is closed', async () => {
    const answers = gate();
    const { bench, outbox } = await start(async ({ request }) => {
      await request();
      await answers.wait();
    });
    await outbox.open();
    for (let number = 0; number < 4; number += 1) outbox.send(bench.message());
    await expect.poll(() => answers.arrivals).toBe(1);
    outbox.close();
    expect(outbox.idle).toBe(true);
    expect(bench.measurements().messages).toMatchObject({ sent: 0, unsent: 4 });
  });

  it('opens a connection for every message if it is not to be reused, the first of them ahead', async () => {
    const heads: string[] = [];
    const { server, bench, outbox } = await start(
      async ({ socket, request }) => {
        heads.push(await request());
        socket.end(`HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n`);
      },
      { reuse: false },
    );
    await outbox.open();
    await expect.poll(() => server.accepted).toBe(1);
    for (let number = 0; number < 3; number += 1) outbox.send(bench.message());
    await expect.poll(() => outbox.idle).toBe(true);
    expect(server.accepted).toBe(3);
    expect(heads.every((head) => head.includes('\r\nConnection: close\r\n'))).toBe(true);
    expect(bench.measurements()).toMatchObject({ messages: { sent: 3 }, connections: { reopened: 2 } });
    outbox.close();
  });

  it('hands a good answer to its owner, who says how much of it is payload', async () => {
    const answered: string[] = [];
    const { bench, outbox } = await start(
      async ({ socket, request }) => {
        await request();
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"ok":"x"}');
      },
      {
        onAnswer: ({ body, start, end }) => {
          answered.push(body.toString('latin1', start, end));
          return 3;
        },
      },
    );
    await outbox.open();
    outbox.send(bench.message());
    await expect.poll(() => outbox.idle).toBe(true);
    expect(answered).toEqual(['{"ok":"x"}']);
    expect(bench.measurements().bytes.down).toMatchObject({ payload: 3, framing: 7 });
    outbox.close();
  });

  it('rejects its opening with the reason', async () => {
    const { server, outbox } = await start(async () => {});
    await server.close();
    await expect(outbox.open()).rejects.toThrow('ECONNREFUSED');
    outbox.close();
  });
});

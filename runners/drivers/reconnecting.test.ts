import { afterEach, describe, expect, it } from 'vitest';
import { decodeHistogram } from '../../reports/results/histogram.ts';
import type { ScenarioInput } from '../../scenarios/schema.ts';
import type { Transport } from '../../servers/contract.ts';
import { type Bench, benchFor } from '../testing/bench.ts';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { scenarioOf } from '../testing/scenarios.ts';
import { acceptKey } from '../wire/websocket-handshake.ts';
import type { Client } from './driver.ts';
import { DRIVERS } from './index.ts';

/** What clients do whose connection is lost, byte for byte, where the scenario has them come back. */

const RECONNECT = { afterMs: 20, upToMs: 40 };

/** An outage is over before vitest would look again by itself. */
const SOON = { interval: 1 };

let server: RawServer | null = null;
let bench: Bench | null = null;
let client: Client | null = null;

async function start(
  transport: Transport,
  serve: (connection: RawConnection) => Promise<void>,
  { sends = false, ...scenario }: Partial<ScenarioInput> & { sends?: boolean } = {},
) {
  server = await startRawServer(serve);
  bench = benchFor(
    server.target,
    scenarioOf({ tuning: { polling: { everyMs: 20 } }, reconnect: RECONNECT, ...scenario }),
  );
  client = DRIVERS[transport].subscriber(bench.context, { index: 0, channel: 'c', sends, phase: 0 });
  return { server, bench, client };
}

afterEach(async () => {
  client?.close();
  await server?.close();
  await bench?.close();
  expect(bench?.unaccounted()).toEqual({ up: 0, down: 0 });
});

function recoveriesOf({ measurements }: Bench): number {
  return decodeHistogram(measurements().histograms.recovery).totalCount;
}

function answer(body: string, status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function polled(next: number, ...frames: Buffer[]): string {
  return answer(JSON.stringify({ next, frames: frames.map(String) }));
}

const goneAnswer = (oldest: number) => answer(`{"next":${oldest + 4},"oldest":${oldest}}`, '410 Gone');

const frameOf = ({ recorder, message }: Bench) => recorder.frame(message());

/** How each stream opens and carries a frame, and where a request says what it resumes behind. */
interface StreamBytes {
  readonly accept: (request: string) => Buffer;
  readonly frame: (cursor: number, frame: Buffer) => Buffer;
  readonly resumesBehind: (request: string) => string | null;
}

const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

const STREAMS = {
  sse: {
    accept: () =>
      Buffer.from(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunk(': subscribed\n\n')}`),
    frame: (cursor, frame) => Buffer.from(chunk(`id: ${cursor}\ndata: ${frame}\n\n`)),
    resumesBehind: (request) => /^Last-Event-ID: (.*)\r$/m.exec(request)?.[1] ?? null,
  },
  websocket: {
    accept: (request) => {
      const key = /^sec-websocket-key: (.*)\r$/im.exec(request)?.[1] ?? '';
      return Buffer.from(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
          `Sec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`,
      );
    },
    frame: (_, frame) => Buffer.concat([Buffer.from([0x81, frame.length]), frame]),
    resumesBehind: (request) => /^GET \S*&after=(\d+) /.exec(request)?.[1] ?? null,
  },
} as const satisfies Partial<Record<Transport, StreamBytes>>;

describe.each(['sse', 'websocket'] as const)('%s', (transport) => {
  const { accept, frame, resumesBehind }: StreamBytes = STREAMS[transport];

  it('resumes behind the last whole frame, with a decoder that knows nothing of the half one', async () => {
    const requests: string[] = [];
    let third: Buffer = Buffer.alloc(0);
    const { bench, client } = await start(transport, async ({ socket, request, number }) => {
      requests.push(await request());
      socket.write(accept(requests[number] ?? ''));
      if (number === 0) {
        socket.write(Buffer.concat([frame(1, frameOf(bench)), frame(2, frameOf(bench))]));
        third = frame(3, frameOf(bench));
        socket.write(third.subarray(0, 20), () => setTimeout(() => socket.resetAndDestroy(), 20));
      } else {
        socket.write(third);
        await request();
      }
    });
    await client.open();
    expect(client.idle).toBe(true);
    await expect.poll(() => bench.measurements().messages.received).toBe(3);
    expect(requests.map(resumesBehind)).toEqual([null, '2']);
    expect(bench.measurements()).toMatchObject({
      messages: { duplicated: 0, reordered: 0 },
      connections: { reopened: 1, unrecovered: 0 },
      requests: { total: 2 },
      faults: {},
    });
    expect(recoveriesOf(bench)).toBe(1);
  });

  it('counts the handshake of the second connection in full', async () => {
    const sent = { up: 0, down: 0 };
    const { bench, client } = await start(transport, async ({ socket, request, number }) => {
      const asked = await request();
      const opened = accept(asked);
      sent.up += asked.length;
      sent.down += opened.length;
      socket.write(opened);
      if (number === 0) setTimeout(() => socket.resetAndDestroy(), 20);
      else await request();
    });
    await client.open();
    await expect.poll(() => recoveriesOf(bench)).toBe(1);
    const { up, down } = bench.measurements().bytes;
    expect([up.handshake, down.handshake]).toEqual([sent.up, sent.down]);
    expect([up.outside, down.outside]).toEqual([0, 0]);
  });

  it('resumes at the beginning of a channel of which it has seen nothing, not at its end', async () => {
    const cursors: (string | null)[] = [];
    const { bench, client } = await start(transport, async ({ socket, request, number }) => {
      const asked = await request();
      cursors.push(resumesBehind(asked));
      socket.write(accept(asked));
      if (number < 2) setTimeout(() => socket.end(), 10);
      else await request();
    });
    await client.open();
    await expect.poll(() => recoveriesOf(bench)).toBe(2);
    expect(cursors).toEqual([null, '0', '0']);
    expect(bench.faults()).toEqual({});
  });

  it('tries again when it is refused, and is back once', async () => {
    const { server, bench, client } = await start(transport, async ({ socket, request, number }) => {
      if (number > 0 && number < 4) {
        socket.resetAndDestroy();
        return;
      }
      socket.write(accept(await request()));
      if (number === 0) setTimeout(() => socket.resetAndDestroy(), 10);
      else await request();
    });
    await client.open();
    await expect.poll(() => recoveriesOf(bench)).toBe(1);
    expect([server.accepted, bench.faults()]).toEqual([5, {}]);
    expect(client.idle).toBe(true);
  });

  it('goes on with the oldest that is left when a server has let go what it resumes behind', async () => {
    const cursors: (string | null)[] = [];
    const { bench, client } = await start(transport, async ({ socket, request, number }) => {
      const asked = await request();
      cursors.push(resumesBehind(asked));
      if (number === 1) {
        // The body apart from the head, and in two parts.
        const gone = goneAnswer(8);
        socket.write(gone.slice(0, -9));
        setTimeout(() => socket.end(gone.slice(-9)), 10);
        return;
      }
      socket.write(accept(asked));
      if (number === 0) {
        socket.write(frame(1, frameOf(bench)));
        setTimeout(() => socket.resetAndDestroy(), 10);
        return;
      }
      socket.write(frame(9, frameOf(bench)));
      if (number === 2) setTimeout(() => socket.resetAndDestroy(), 10);
      else await request();
    });
    await client.open();
    await expect.poll(() => recoveriesOf(bench)).toBe(2);
    expect(cursors).toEqual([null, '1', '8', '9']);
    const what = transport === 'sse' ? 'event stream' : 'WebSocket';
    expect(bench.faults()).toEqual({ [`the ${what} was answered with 410`]: 1 });
  });

  it.each([
    ['an answer that is none', answer('', '404 Not Found'), '404'],
    ['a 410 that does not say what is left', answer('gone', '410 Gone'), 'not {"next":n'],
    ['a 410 without end', `HTTP/1.1 410 Gone\r\nContent-Length: 9999\r\n\r\n${'x'.repeat(2_000)}`, '1024 B'],
    ['what is not HTTP', '220 smtp ready\r\n\r\n', '220 smtp'],
  ])('counts %s as a fault, and tries again behind the same frame', async (_, bytes, reason) => {
    const cursors: (string | null)[] = [];
    const { bench, client } = await start(transport, async ({ socket, request, number }) => {
      const asked = await request();
      cursors.push(resumesBehind(asked));
      if (number === 1) socket.write(bytes);
      else socket.write(accept(asked));
      if (number !== 0) return;
      socket.write(frame(1, frameOf(bench)));
      setTimeout(() => socket.resetAndDestroy(), 10);
    });
    await client.open();
    await expect.poll(() => recoveriesOf(bench)).toBe(1);
    expect(cursors).toEqual([null, '1', '1']);
    expect(Object.entries(bench.faults())).toEqual([[expect.stringContaining(reason), 1]]);
  });

  it('makes no attempt when it is closed meanwhile, and was not back', async () => {
    const { server, bench, client } = await start(transport, async ({ socket, request, number }) => {
      if (number === 0) socket.write(accept(await request()));
      setTimeout(() => socket.resetAndDestroy(), 10);
    });
    await client.open();
    await expect.poll(() => client.idle, SOON).toBe(false);
    client.close();
    const { accepted } = server;
    await new Promise((resolve) => setTimeout(resolve, 3 * RECONNECT.upToMs));
    expect(server.accepted).toBe(accepted);
    expect([bench.measurements().connections.unrecovered, recoveriesOf(bench)]).toEqual([1, 0]);
  });

  it('does not come back where the scenario has nobody come back: a fault', async () => {
    const scenario = { reconnect: null };
    const { server, bench, client } = await start(
      transport,
      async ({ socket, request }) => {
        socket.write(accept(await request()), () => setTimeout(() => socket.resetAndDestroy(), 10));
      },
      scenario,
    );
    await client.open();
    await expect.poll(() => bench.faults()).toEqual({ 'read ECONNRESET': 1 });
    await new Promise((resolve) => setTimeout(resolve, 3 * RECONNECT.upToMs));
    expect([server.accepted, client.idle]).toEqual([1, true]);
    expect(bench.measurements().connections).toMatchObject({ reopened: 0, unrecovered: 0 });
  });
});

describe('websocket', () => {
  const { accept } = STREAMS.websocket;

  it('holds what is due while it has no connection, and sends it in order when it is back', async () => {
    let received: Buffer = Buffer.alloc(0);
    const { bench, client } = await start('websocket', async ({ socket, request, number }) => {
      const opened = accept(await request());
      socket.on('data', (data) => {
        received = Buffer.concat([received, Buffer.from(String(data), 'latin1')]);
      });
      socket.write(opened);
      if (number === 0) setTimeout(() => socket.resetAndDestroy(), 10);
    });
    await client.open();
    await expect.poll(() => client.idle, SOON).toBe(false);
    for (let count = 0; count < 3; count += 1) client.send(bench.message());
    expect(bench.measurements().messages.sent).toBe(0);
    // A masked text frame of 32 B has a header of 2 B and a mask of 4 B.
    await expect.poll(() => received.length).toBe(3 * (2 + 4 + 32));
    expect(bench.measurements()).toMatchObject({
      messages: { sent: 3, unsent: 0 },
      bytes: { up: { payload: 96, framing: 18 } },
    });
    expect(decodeHistogram(bench.measurements().histograms.lateness).totalCount).toBe(3);
  });

  it('has not sent what it still holds at its end', async () => {
    const { bench, client } = await start('websocket', async ({ socket, request, number }) => {
      if (number === 0) socket.write(accept(await request()));
      setTimeout(() => socket.resetAndDestroy(), 10);
    });
    await client.open();
    await expect.poll(() => client.idle, SOON).toBe(false);
    client.send(bench.message());
    client.close();
    expect(bench.measurements().messages).toMatchObject({ sent: 0, unsent: 1 });
  });

  it('takes a close for a lost connection', async () => {
    const { bench, client } = await start('websocket', async ({ socket, request, number }) => {
      const opened = accept(await request());
      socket.write(number === 0 ? Buffer.concat([opened, Buffer.from([0x88, 0])]) : opened);
    });
    await client.open();
    await expect.poll(() => recoveriesOf(bench)).toBe(1);
    expect(bench.faults()).toEqual({});
  });
});

describe('a client that posts beside its stream', () => {
  it('has not sent what was under way on a connection that was lost, and posts the next on another', async () => {
    const posts: number[] = [];
    const { bench, client } = await start(
      'sse',
      async ({ socket, request, number }) => {
        const asked = await request();
        if (asked.startsWith('GET')) {
          socket.write(STREAMS.sse.accept());
          await request();
        }
        posts.push(number);
        if (posts.length === 1) socket.resetAndDestroy();
        else socket.write('HTTP/1.1 204 No Content\r\n\r\n');
      },
      { sends: true },
    );
    await client.open();
    client.send(bench.message());
    await expect.poll(() => client.idle).toBe(true);
    client.send(bench.message());
    await expect.poll(() => client.idle).toBe(true);
    expect(posts).toEqual([1, 2]);
    expect(bench.measurements()).toMatchObject({
      messages: { sent: 1, unsent: 1 },
      connections: { reopened: 1, unrecovered: 0 },
      faults: {},
    });
  });
});

describe.each(['polling', 'long-polling'] as const)('%s', (transport) => {
  const cursorIn = (request: string) => /after=(\d+)/.exec(request)?.[1] ?? null;

  it('asks again behind what it has when a poll is cut off in its answer', async () => {
    const cursors: (string | null)[] = [];
    let cutOff = '';
    const { bench, client } = await start(transport, async ({ socket, request, number }) => {
      for (;;) {
        cursors.push(cursorIn(await request()));
        if (cursors.length === 1) {
          socket.write(polled(3));
        } else if (cursors.length === 2) {
          socket.write(polled(4, frameOf(bench)));
        } else if (number === 0) {
          cutOff = polled(5, frameOf(bench));
          socket.end(cutOff.slice(0, -10));
        } else if (cursors.length === 4) {
          socket.write(cutOff);
        }
      }
    });
    await client.open();
    client.start(bench.context.window.startUs);
    await expect.poll(() => bench.measurements().messages.received).toBe(2);
    expect(cursors.slice(0, 4)).toEqual([null, '3', '4', '4']);
    expect(bench.measurements()).toMatchObject({
      messages: { duplicated: 0, reordered: 0 },
      connections: { reopened: 1, unrecovered: 0 },
      faults: {},
    });
    expect(recoveriesOf(bench)).toBe(1);
  });

  it('is back with the first good answer, however often it is refused before', async () => {
    const { server, bench, client } = await start(transport, async ({ socket, request, number }) => {
      if (number === 0) {
        await request();
        socket.write(polled(0));
        await request();
        socket.resetAndDestroy();
      } else if (number < 4) {
        socket.resetAndDestroy();
      } else {
        await request();
        socket.write(polled(0));
        await request();
      }
    });
    await client.open();
    client.start(bench.context.window.startUs);
    await expect.poll(() => client.idle, SOON).toBe(false);
    await expect.poll(() => recoveriesOf(bench)).toBe(1);
    expect([server.accepted, bench.faults()]).toEqual([5, {}]);
    expect(client.idle).toBe(true);
  });

  it('is not back with a wrong answer, which is a fault', async () => {
    const back: number[] = [];
    const { bench, client } = await start(transport, async ({ socket, request, number }) => {
      await request();
      if (number === 0) {
        socket.write(polled(0));
        await request();
        socket.resetAndDestroy();
        return;
      }
      socket.write(answer('no', '503 Busy'));
      await request();
      back.push(recoveriesOf(bench));
      socket.write(polled(0));
      await request();
      back.push(recoveriesOf(bench));
    });
    await client.open();
    client.start(bench.context.window.startUs);
    await expect.poll(() => back).toEqual([0, 1]);
    expect(bench.faults()).toEqual({ 'a poll was answered with 503': 1 });
  });
});

describe('long-polling', () => {
  it('has the poll with which it comes back answered at once, and holds the next', async () => {
    const waits: (string | null)[] = [];
    const { client, bench } = await start(
      'long-polling',
      async ({ socket, request, number }) => {
        for (;;) {
          waits.push(/&wait=(\d+) /.exec(await request())?.[1] ?? null);
          if (waits.length === 4) return;
          if (number === 0 && waits.length === 2) socket.resetAndDestroy();
          else socket.write(polled(0));
        }
      },
      { tuning: { 'long-polling': { holdMs: 7_000 } } },
    );
    await client.open();
    client.start(bench.context.window.startUs);
    await expect.poll(() => waits).toEqual(['7000', '7000', '0', '7000']);
  });
});

describe('polling', () => {
  it('notices the end of a connection between two polls, and is back with the next that is due', async () => {
    const { bench, client } = await start(
      'polling',
      async ({ socket, request, number }) => {
        await request();
        socket.write(polled(0));
        await request();
        socket.write(polled(0));
        if (number === 0) setTimeout(() => socket.resetAndDestroy(), 20);
      },
      { tuning: { polling: { everyMs: 300, phase: 'fixed' } } },
    );
    await client.open();
    client.start(bench.context.window.startUs);
    await expect.poll(() => client.idle, { timeout: 2_000 }).toBe(false);
    await expect.poll(() => recoveriesOf(bench), { timeout: 2_000 }).toBe(1);
    // Polls at 0 and 300 ms, and a reset about 20 ms after the first: 280 ms, where the waits of the
    // scenario would have been 20 ms at most.
    const tookUs = decodeHistogram(bench.measurements().histograms.recovery).maxValue;
    expect(tookUs).toBeGreaterThan(40_000);
    expect(tookUs).toBeLessThan(400_000);
    expect(bench.measurements()).toMatchObject({ connections: { reopened: 1 }, faults: {} });
  });
});

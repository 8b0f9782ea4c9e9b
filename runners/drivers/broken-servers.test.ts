import { afterEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../servers/contract.ts';
import { stampedFrame } from '../stamp.ts';
import { type Bench, benchFor } from '../testing/bench.ts';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { scenarioOf } from '../testing/scenarios.ts';
import { acceptKey } from '../wire/websocket-handshake.ts';
import type { Client } from './driver.ts';
import { DRIVERS } from './index.ts';

/** What a driver makes of a server that breaks the contract: a reason, no flood, and right books. */

const PLAN = { index: 0, channel: 'c', sends: false, phase: 0 };

function answer(body: string, status = '200 OK'): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function polled(next: number, ...frames: Buffer[]): string {
  return answer(JSON.stringify({ next, frames: frames.map(String) }));
}

function frameOf({ recorder, message }: Bench): Buffer {
  return recorder.frame(message());
}

let server: RawServer | null = null;
let bench: Bench | null = null;
let client: Client | null = null;

async function start(
  transport: Transport,
  serve: (connection: RawConnection) => Promise<void>,
  scenario = scenarioOf({ tuning: { polling: { everyMs: 20 } } }),
) {
  server = await startRawServer(serve);
  bench = benchFor(server.target, scenario);
  const driver = DRIVERS[transport];
  const make =
    scenario.workload.kind === 'request' && 'client' in driver.exchange ? driver.exchange.client : null;
  client = (make ?? driver.subscriber)(bench.context, PLAN);
  return { server, bench, client };
}

afterEach(async () => {
  client?.close();
  await server?.close();
  await bench?.close();
  expect(bench?.unaccounted()).toEqual({ up: 0, down: 0 });
});

describe.each(['polling', 'long-polling'] as const)('%s', (transport) => {
  it.each([
    ['a refusal', answer('no', '503 Busy'), 'a poll was answered with 503'],
    ['a body that is none', answer('{"next":"x"}'), 'not {"next":n,"frames":["…"]}'],
    ['what is not HTTP', '220 smtp ready\r\n\r\n', '220 smtp'],
  ])('cannot open with %s', async (_, bytes, reason) => {
    const { client } = await start(transport, async ({ socket, request }) => {
      await request();
      socket.write(bytes);
    });
    await expect(client.open()).rejects.toThrow(reason);
  });

  it.each([
    ['refusals', answer('no', '503 Busy'), 'a poll was answered with 503'],
    ['bodies that are none', answer('{"next":"x"}'), 'not {"next":n,"frames":["…"]}'],
  ])('does not flood a server that answers with %s, and asks on', async (_, bytes, reason) => {
    let polls = 0;
    const { bench, client } = await start(transport, async ({ socket, request }) => {
      await request();
      socket.write(polled(7));
      for (;;) {
        expect(await request()).toMatch(/&after=7/);
        polls += 1;
        socket.write(bytes);
      }
    });
    await client.open();
    client.start(bench.context.window.startUs);
    await expect.poll(() => polls).toBeGreaterThanOrEqual(2);
    // 20 ms from poll to poll, or 100 ms after one that failed: no more than a second's worth has passed.
    expect(polls).toBeLessThan(50);
    const [fault] = Object.entries(bench.faults());
    expect(fault?.[0]).toContain(reason);
  });

  it('goes on with the oldest that is left when a server has let go what it asks for', async () => {
    const asked: string[] = [];
    const { bench, client } = await start(transport, async ({ socket, request }) => {
      const answers = [polled(3), answer('{"next":9,"oldest":8}', '410 Gone'), polled(9, frameOf(bench))];
      for (const bytes of answers) {
        asked.push(/after=(\d+)/.exec(await request())?.[1] ?? 'none');
        socket.write(bytes);
      }
      await request();
    });
    await client.open();
    client.start(bench.context.window.startUs);
    await expect.poll(() => bench.measurements().messages.received).toBe(1);
    expect(asked).toEqual(['none', '3', '8']);
    expect(bench.faults()).toEqual({ 'a poll was answered with 410': 1 });
  });

  it('asks again behind what it has, and hands on what several polls bring', async () => {
    const asked: string[] = [];
    const { bench, client } = await start(transport, async ({ socket, request }) => {
      const answers = [polled(3), polled(5, frameOf(bench), frameOf(bench)), polled(6, frameOf(bench))];
      for (const bytes of answers) {
        asked.push(/after=(\d+)/.exec(await request())?.[1] ?? 'none');
        socket.write(bytes);
      }
      await request();
    });
    await client.open();
    client.start(bench.context.window.startUs);
    await expect.poll(() => bench.measurements().messages.received).toBe(3);
    expect(asked).toEqual(['none', '3', '5']);
    expect(bench.measurements().requests).toEqual({ total: 3, carrying: 2, empty: 1 });
    expect(bench.faults()).toEqual({});
  });
});

describe('sse', () => {
  const HEAD = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

  it('cannot open on a refusal: one reason and no fault beside it', async () => {
    const { bench, client } = await start('sse', async ({ socket, request }) => {
      await request();
      socket.write(answer('data: not a stream\n\n', '404 Not Found'));
    });
    await expect(client.open()).rejects.toThrow('the event stream was answered with 404');
    expect([bench.faults(), bench.measurements().requests.total]).toEqual([{}, 0]);
  });

  it.each([
    ['ends', HEAD],
    ['ends with a last chunk', `${HEAD}0\r\n\r\n`],
  ])('cannot open on a stream that %s before it says that it has subscribed', async (_, bytes) => {
    const { client } = await start('sse', async ({ socket, request }) => {
      await request();
      socket.end(bytes);
    });
    await expect(client.open()).rejects.toThrow('the server ended the event stream');
  });

  it('counts a stream that ends later as one fault', async () => {
    const { bench, client } = await start('sse', async ({ socket, request }) => {
      await request();
      socket.write(HEAD + chunk(': subscribed\n\n'));
      socket.end(`${chunk(`data: ${frameOf(bench)}\n\n`)}0\r\n\r\n`);
    });
    await client.open();
    await expect.poll(() => Object.keys(bench.faults())).toHaveLength(1);
    expect(bench.measurements()).toMatchObject({
      messages: { received: 1 },
      faults: { 'the server ended the event stream': 1 },
    });
  });

  it('counts a stream that breaks the protocol as one fault, and reads no further', async () => {
    const { bench, client } = await start('sse', async ({ socket, request }) => {
      await request();
      socket.write(HEAD + chunk(': subscribed\n\n'));
      socket.write(
        `${chunk(`data: ${frameOf(bench)}\n\n`)}nonsense\r\n${chunk(`data: ${frameOf(bench)}\n\n`)}`,
      );
    });
    await client.open();
    await expect.poll(() => Object.keys(bench.faults())).toHaveLength(1);
    expect(bench.measurements().messages.received).toBe(1);
  });
});

describe('websocket', () => {
  const REQUEST = {
    kind: 'request',
    reuse: 'none',
    payloadBytes: 32,
    schedule: { kind: 'constant', perSecond: 10 },
  } as const;

  function accepting(request: string): Buffer {
    const key = /^sec-websocket-key: (.*)\r$/im.exec(request)?.[1] ?? '';
    return Buffer.from(
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        `Sec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`,
    );
  }

  const text = (frame: Buffer) => Buffer.concat([Buffer.from([0x81, frame.length]), frame]);
  const CLOSE = Buffer.from([0x88, 0]);
  const PING = Buffer.from([0x89, 0]);

  it.each([
    ['a refusal', () => answer('nothing here', '404 Not Found'), 'the status is 404, not 101'],
    ['another key', () => accepting('Sec-WebSocket-Key: x\r\n'), 'Sec-WebSocket-Accept is'],
    ['what is not HTTP', () => '220 smtp ready\r\n\r\n', '220 smtp'],
    ['nothing', () => '', 'the server ended the WebSocket'],
  ])('cannot open with %s', async (_, bytes, reason) => {
    const { bench, client } = await start('websocket', async ({ socket, request }) => {
      await request();
      socket.end(bytes());
    });
    await expect(client.open()).rejects.toThrow(reason);
    expect([bench.faults(), bench.measurements().requests.total]).toEqual([{}, 0]);
  });

  it('counts a close as one fault, and what it is to send afterwards as unsent', async () => {
    const { bench, client } = await start('websocket', async ({ socket, request }) => {
      socket.write(
        Buffer.concat([accepting(await request()), text(frameOf(bench)), CLOSE, PING, text(frameOf(bench))]),
      );
    });
    await client.open();
    await expect.poll(() => Object.keys(bench.faults())).toHaveLength(1);
    client.send(bench.message());
    expect(bench.measurements()).toMatchObject({
      messages: { received: 1, unsent: 1 },
      faults: { 'the server closed the WebSocket': 1 },
    });
  });

  it('answers a ping, and counts both as control', async () => {
    const { bench, client } = await start('websocket', async ({ socket, request }) => {
      socket.write(Buffer.concat([accepting(await request()), PING]));
    });
    await client.open();
    await expect.poll(() => bench.measurements().bytes.up.control).toBe(6);
    expect(bench.measurements().bytes.down.control).toBe(2);
  });

  it('takes the first answer on a socket for one request, and nothing that follows it', async () => {
    const { bench, client } = await start(
      'websocket',
      async ({ socket, request, number }) => {
        const accept = accepting(await request());
        // The first socket shows that the server is there.
        if (number === 0) socket.write(accept);
        else socket.write(Buffer.concat([accept, text(frame), text(frame), PING, CLOSE]));
      },
      scenarioOf({ workload: REQUEST }),
    );
    const frame = stampedFrame({ ...bench.message(), sentUs: bench.context.window.startUs }, 32);
    await client.open();
    client.send(bench.message());
    await expect.poll(() => bench.measurements().messages.received).toBe(1);
    client.close();
    expect(bench.measurements()).toMatchObject({
      messages: { received: 1, duplicated: 0 },
      connections: { reopened: 1 },
      bytes: { down: { payload: 32, framing: 2, control: 0, outside: 129 + 34 + 2 + 2 } },
    });
    expect(bench.faults()).toEqual({});
  });

  it('counts a request whose socket cannot be opened as unsent', async () => {
    const { bench, client } = await start(
      'websocket',
      async ({ socket, request, number }) => {
        const accept = accepting(await request());
        if (number === 0) socket.write(accept);
        else socket.end(answer('', '503 Busy'));
      },
      scenarioOf({ workload: REQUEST }),
    );
    await client.open();
    client.send(bench.message());
    await expect.poll(() => bench.measurements().messages).toMatchObject({ sent: 0, unsent: 1 });
    expect(Object.keys(bench.faults())).toEqual([expect.stringContaining('the status is 503')]);
  });

  it('counts a request whose socket is still opening at the end as unsent', async () => {
    let upgrades = 0;
    const { bench, client } = await start(
      'websocket',
      async ({ socket, request, number }) => {
        const accept = accepting(await request());
        upgrades += 1;
        if (number === 0) socket.write(accept);
      },
      scenarioOf({ workload: REQUEST }),
    );
    await client.open();
    client.send(bench.message());
    await expect.poll(() => upgrades).toBe(2);
    client.close();
    await expect.poll(() => bench.measurements().messages).toMatchObject({ sent: 0, unsent: 1 });
  });
});

describe.each(['polling', 'long-polling', 'sse', 'websocket'] as const)(
  '%s, with nobody there',
  (transport) => {
    it('cannot open, and has sent nothing', async () => {
      const { server, bench, client } = await start(transport, async () => {});
      await server.close();
      await expect(client.open()).rejects.toThrow('ECONNREFUSED');
      client.close();
      expect(bench.unaccounted()).toEqual({ up: 0, down: 0 });
    });
  },
);

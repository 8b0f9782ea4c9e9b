import { afterEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../servers/contract.ts';
import type { Dialect, PollDialect, SocketDialect, StreamDialect } from '../../servers/dialect.ts';
import { type Bench, benchFor } from '../testing/bench.ts';
import { type RawConnection, type RawServer, startRawServer } from '../testing/raw-server.ts';
import { scenarioOf } from '../testing/scenarios.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { acceptKey } from '../wire/websocket-handshake.ts';
import type { Client } from './driver.ts';
import { DRIVERS } from './index.ts';

/** What the drivers make of a dialect that is not the contract's, byte for byte. */

let server: RawServer | null = null;
let bench: Bench | null = null;
let client: Client | null = null;

async function start(
  transport: Transport,
  dialect: Partial<Dialect>,
  serve: (connection: RawConnection, bench: Bench) => Promise<void>,
) {
  let made: Bench | undefined;
  server = await startRawServer((connection) => (made ? serve(connection, made) : Promise.resolve()));
  made = benchFor(server.target, scenarioOf({ tuning: { polling: { everyMs: 20 } } }));
  bench = made;
  const publish = { path: (channel: string) => `/say/${channel}` };
  const plan = { index: 0, channel: 'c', sends: false, phase: 0 };
  client = DRIVERS[transport].subscriber({ ...made.context, dialect: { publish, ...dialect } }, plan);
  return { bench: made, client };
}

afterEach(async () => {
  client?.close();
  await server?.close();
  await bench?.close();
  expect(bench?.unaccounted()).toEqual({ up: 0, down: 0 });
});

/** An unmasked text frame of at most 125 B. */
function text(payload: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, payload.length]), Buffer.from(payload)]);
}

function answer(body: string, fields = ''): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;
}

describe('polls', () => {
  const raw: PollDialect<{ tag: string; more: boolean }> = {
    path: (channel, state) => `/${state === null ? 'begin' : 'next'}/${channel}`,
    fields: (state): Record<string, string> => (state === null ? {} : { 'If-None-Match': state.tag }),
    accepts: [200, 304],
    read({ status, headers, body, start, end }, state, told) {
      if (status === 304) return { tag: state?.tag ?? 'none', more: false };
      told.frame(body, start, end);
      return { tag: headers.get('etag') ?? '', more: true };
    },
    again: ({ more }) => more,
    resumes: true,
  };

  it('take a raw frame from an answer, ask on at once while there may be more, and go on by a header', async () => {
    const asked: (string | undefined)[] = [];
    const { bench, client } = await start('polling', { polling: raw }, async ({ socket, request }, bench) => {
      let frames = 0;
      for (;;) {
        const [line = '', tag] = (await request()).split('\r\n').filter((field) => /^GET|^If-N/.test(field));
        asked.push(`${line.split(' ')[1]} ${tag ?? ''}`);
        frames += 1;
        if (frames === 1 || frames > 3) socket.write('HTTP/1.1 304 Not Modified\r\n\r\n');
        else socket.write(answer(bench.recorder.frame(bench.message()).toString(), `ETag: t${frames}\r\n`));
      }
    });
    await client.open();
    client.start(0);
    await expect.poll(() => asked.length).toBeGreaterThanOrEqual(4);
    await expect.poll(() => bench.measurements().messages.received).toBe(2);
    expect(asked.slice(0, 4)).toEqual([
      '/begin/c ',
      '/next/c If-None-Match: none',
      '/next/c If-None-Match: t2',
      '/next/c If-None-Match: t3',
    ]);
    // Each frame is the whole body of its answer: nothing of it is framing.
    expect(bench.measurements().bytes.down).toMatchObject({ payload: 64, framing: 0 });
    expect(bench.faults()).toEqual({});
  });

  it('are a POST where there is something to say, which is framing', async () => {
    const steps: PollDialect<number> = {
      path: () => '/session',
      body: (state) => (state === 1 ? 'join' : null),
      read: (_reply, state) => (state ?? 0) + 1,
      again: (state) => state < 3,
      resumes: false,
    };
    const asked: string[] = [];
    const { bench, client } = await start(
      'long-polling',
      { 'long-polling': steps },
      async ({ socket, request }) => {
        for (;;) {
          const head = await request();
          asked.push(`${head.split(' ')[0]} ${head.split('\r\n\r\n')[1]}`);
          socket.write(answer('ok'));
        }
      },
    );
    await client.open();
    expect(asked).toEqual(['GET ', 'POST join', 'GET ']);
    expect(bench.measurements().bytes).toMatchObject({
      up: { payload: 0, framing: 4 },
      down: { framing: 6 },
    });
  });
});

describe('an event stream', () => {
  it('is subscribed by its head, and an envelope around a frame is framing', async () => {
    const { bench, client } = await start(
      'sse',
      {
        sse: {
          path: (channel) => `/rooms/${channel}`,
          subscribedBy: 'head',
          beginning: '',
          resumes: false,
          hear(data, start, end, told) {
            const { text } = JSON.parse(data.toString('utf8', start, end));
            if (text !== undefined) told.frame(Buffer.from(text), 0, Buffer.byteLength(text));
          },
        },
      },
      async ({ socket, request }, bench) => {
        expect(await request()).toMatch(/^GET \/rooms\/c HTTP/);
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
        socket.write(`data: {"text":"${bench.recorder.frame(bench.message())}"}\n\ndata: {}\n\n`);
      },
    );
    await client.open();
    await expect.poll(() => bench.measurements().bytes.down.control).toBe('data: {}\n\n'.length);
    expect(bench.measurements()).toMatchObject({
      messages: { received: 1 },
      bytes: { down: { payload: 32, framing: 'data: {"text":""}\n\n'.length } },
    });
  });
});

it('an event stream ends where an event is not understood', async () => {
  const sse: StreamDialect = {
    path: () => '/events',
    subscribedBy: 'head',
    beginning: '',
    resumes: false,
    hear() {
      throw new ProtocolError('not-understood', 'what?');
    },
  };
  const { bench, client } = await start('sse', { sse }, async ({ socket, request }) => {
    await request();
    socket.write('HTTP/1.1 200 OK\r\n\r\ndata: x\n\ndata: y\n\n');
  });
  await client.open();
  await expect.poll(() => bench.faults()).toEqual({ 'what?': 1 });
});

describe('a WebSocket', () => {
  const websocket: SocketDialect = {
    path: (channel) => `/ws/${channel}`,
    subprotocol: 'talk',
    subscribedBy: 'hear',
    hello: () => ['hi'],
    hear(data, start, end, told) {
      const message = data.toString('utf8', start, end);
      if (message === 'welcome') told.subscribed();
      else if (message === 'ping') told.say('pong');
      else if (message.startsWith('m:')) told.frame(data, start + 2, end);
      else throw new ProtocolError('not-understood', `what is ${message}?`);
    },
    carry: (frame) => Buffer.concat([Buffer.from('m:'), frame]),
    resumes: false,
  };

  async function talk(say: (connection: RawConnection, bench: Bench) => void) {
    return await start('websocket', { websocket }, async (connection, bench) => {
      const head = await connection.request();
      expect(head).toMatch(/^Sec-WebSocket-Protocol: talk\r$/m);
      const key = /^Sec-WebSocket-Key: (.*)\r$/m.exec(head)?.[1] ?? '';
      connection.socket.write(
        `HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: talk\r\nSec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`,
      );
      say(connection, bench);
    });
  }

  it('has a conversation, which is handshake until it is subscribed and control afterwards', async () => {
    const { bench, client } = await talk(({ socket }, bench) => {
      socket.write(text('welcome'));
      socket.write(text('ping'));
      socket.write(text(`m:${bench.recorder.frame(bench.message())}`));
    });
    await client.open();
    await expect.poll(() => bench.measurements().messages.received).toBe(1);
    // A frame of 2 B and a mask of 4 B around "pong"; 2 B around "ping"; 2 B and "m:" around the frame.
    expect(bench.measurements().bytes).toMatchObject({
      up: { control: 10 },
      down: { control: 6, payload: 32, framing: 4 },
    });
    client.send(bench.message());
    expect(bench.measurements().bytes.up).toMatchObject({ payload: 32, framing: 2 + 4 + 2 });
  });

  it('ends a connection on which it does not understand the server', async () => {
    const { bench, client } = await talk(({ socket }) => {
      socket.write(text('welcome'));
      socket.write(text('what'));
    });
    await client.open();
    await expect.poll(() => bench.faults()).toEqual({ 'what is what?': 1 });
  });

  it('is refused where the server chooses another subprotocol', async () => {
    const { client } = await start('websocket', { websocket }, async ({ socket, request }) => {
      const key = /^Sec-WebSocket-Key: (.*)\r$/m.exec(await request())?.[1] ?? '';
      socket.write(
        `HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptKey(key)}\r\n\r\n`,
      );
    });
    await expect(client.open()).rejects.toThrow('sec-websocket-protocol is "", and "talk" was asked for');
  });
});

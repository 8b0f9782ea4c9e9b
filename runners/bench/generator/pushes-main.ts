import { get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { createParser } from 'eventsource-parser';
import { WebSocket } from 'ws';
import { SLICES } from '../../../reports/results/histogram.ts';
import { ROUTES, type Transport } from '../../../servers/contract.ts';
import { nowUs } from '../../clock.ts';
import { DRIVERS } from '../../drivers/index.ts';
import { Recorder } from '../../generator/recorder.ts';
import { newKey, upgradeRequests } from '../../wire/websocket-handshake.ts';
import { PAYLOAD_BYTES, type Receiver } from './contenders.ts';
import { contextOf, openWindow, serve } from './member.ts';

/**
 * Subscribers of one channel, by a driver of this project or by a public client. All hand what
 * they receive to the same recorder, so that what differs is the way there.
 */
const [receiver = '', port = '', channel = '', connections = ''] = process.argv.slice(2);

/** One subscriber that is connected. */
interface Subscriber {
  close(): void;
}

const SUBSCRIBE: Readonly<Record<Receiver, (index: number) => Promise<Subscriber>>> = {
  websocket: (index) => byDriver('websocket', index),
  sse: (index) => byDriver('sse', index),
  ws: byWs,
  'node:net': byNet,
  'eventsource-parser': byEventsourceParser,
};

/** As many as a worker of a trial connects at a time. */
const CONNECTING_AT_ONCE = 200;

/** Of the bare sockets. */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

const window = openWindow();
const recorder = new Recorder(window, PAYLOAD_BYTES, SLICES);
const context = contextOf(Number(port), window, recorder);
const subscribers: Subscriber[] = [];

await serve(
  context,
  async () => {
    const waiting = Array.from({ length: Number(connections) }).keys();
    const connectNext = async () => {
      for (const index of waiting) subscribers.push(await SUBSCRIBE[receiver as Receiver](index));
    };
    await Promise.all(Array.from({ length: CONNECTING_AT_ONCE }, connectNext));
  },
  () => {
    for (const subscriber of subscribers) subscriber.close();
  },
);

async function byDriver(transport: Transport, index: number): Promise<Subscriber> {
  const client = DRIVERS[transport].subscriber(context, { index, channel, sends: false, phase: 0 });
  await client.open();
  return client;
}

/** The `ws` client: its text messages are Buffers, of which the recorder reads the stamp as it does elsewhere. */
function byWs(index: number): Promise<Subscriber> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${ROUTES.socket}?channel=${channel}`, {
    perMessageDeflate: false,
  });
  socket.on('message', (data: Buffer) => {
    const receivedUs = nowUs();
    recorder.delivered(index, data, 0, data.length, receivedUs);
  });
  return new Promise((resolve, reject) => {
    socket.on('open', () => resolve({ close: () => socket.terminate() }));
    socket.on('error', reject);
  });
}

/** A bare socket: what comes first is taken for a good answer, and what comes then for whole texts of at most 125 B. */
function byNet(index: number): Promise<Subscriber> {
  return new Promise((resolve, reject) => {
    let upgraded = false;
    const callback = (end: number) => {
      const receivedUs = nowUs();
      if (upgraded) {
        for (let at = 0; at < end; ) {
          const payload = at + 2;
          at = payload + (READ_BUFFER[at + 1] ?? 0);
          recorder.delivered(index, READ_BUFFER, payload, at, receivedUs);
        }
      } else {
        upgraded = true;
        resolve({ close: () => socket.destroy() });
      }
      return true;
    };
    const onread = { buffer: READ_BUFFER, callback };
    const socket = connect({ host: '127.0.0.1', port: Number(port), noDelay: true, onread });
    socket.on('error', reject);
    socket.write(upgradeRequests(`127.0.0.1:${port}`, {})(`${ROUTES.socket}?channel=${channel}`, newKey()));
  });
}

/** `eventsource-parser` behind `node:http`, which takes the chunks apart. */
function byEventsourceParser(index: number): Promise<Subscriber> {
  return new Promise((resolve, reject) => {
    const parser = createParser({
      onEvent: ({ data }) => {
        const receivedUs = nowUs();
        const bytes = Buffer.from(data, 'latin1');
        recorder.delivered(index, bytes, 0, bytes.length, receivedUs);
      },
      onComment: () => resolve({ close: () => request.destroy() }),
    });
    const request = get(
      { host: '127.0.0.1', port, path: `${ROUTES.events}?channel=${channel}`, agent: false },
      (response: IncomingMessage) => {
        response.setEncoding('utf8').on('data', (text: string) => parser.feed(text));
        response.on('error', () => {});
      },
    );
    request.on('error', reject);
  });
}

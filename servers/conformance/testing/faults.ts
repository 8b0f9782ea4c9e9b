import { createDeflateRaw } from 'node:zlib';
import { MAX_FRAME_BYTES, ROUTES, TRANSPORTS } from '../../contract.ts';
import { acceptWebSocket } from '../../reference/accept.ts';
import { flushedFrame, takesGzip } from '../../reference/coding.ts';
import { DeflatedOutlet } from '../../reference/deflated-outlet.ts';
import { Fanout } from '../../reference/fanout.ts';
import { type Exchange, type Listening, type Routes, sendJson, serveRoutes } from '../../reference/http.ts';
import { Channels, type Frame } from '../../reference/log.ts';
import { afterIn, channelIn, waitIn } from '../../reference/parameters.ts';
import { pollAnswer } from '../../reference/poll-answer.ts';
import { pollingRoutes } from '../../reference/polling.ts';
import { gone, Refusal } from '../../reference/refusal.ts';
import { referenceRoutes } from '../../reference/server.ts';
import { eventBlock } from '../../reference/sse.ts';
import { textFrame } from '../../reference/text-frame.ts';

/** A server with one thing wrong: the routes of the reference server, some of them replaced. */
export interface Fault {
  readonly name: string;
  readonly routes: (channels: Channels) => Partial<Routes>;
  /** The rules that must find it, and no others. */
  readonly breaks: readonly string[];
}

/** Starts a server with a fault on a free port. */
export async function startFaulty(fault: Fault): Promise<Listening> {
  const channels = new Channels();
  const right = referenceRoutes(TRANSPORTS, channels);
  const wrong = fault.routes(channels);
  const routes = {
    requests: { ...right.requests, ...wrong.requests },
    upgrades: { ...right.upgrades, ...wrong.upgrades },
  };
  return await serveRoutes(routes, '127.0.0.1', 0, null);
}

type Handler = (exchange: Exchange) => void;
const poll = (handle: Handler) => ({ requests: { [`GET ${ROUTES.poll}`]: handle } });
const longPoll = (handle: Handler) => ({ requests: { [`GET ${ROUTES.longPoll}`]: handle } });
const publish = (handle: Handler) => ({ requests: { [`POST ${ROUTES.publish}`]: handle } });
const value = (handle: Handler) => ({ requests: { [`GET ${ROUTES.value}`]: handle } });

/** An event stream that writes what it likes for a frame. */
function events(channels: Channels, encode: (frame: Frame) => string): Partial<Routes> {
  const handle: Handler = ({ request, response, query }) => {
    const log = channels.open(channelIn(query));
    const after = afterIn(query) ?? (Number(request.headers['last-event-id']) || log.end);
    const reading = log.read(after);
    if (reading.kind === 'gone') throw gone(reading);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(': subscribed\n\n');
    for (const frame of reading.frames) response.write(encode(frame));
    response.once(
      'close',
      log.listen((frame) => response.write(encode(frame))),
    );
  };
  return { requests: { [`GET ${ROUTES.events}`]: handle } };
}

/** A WebSocket that subscribes some time after its 101. */
function lateSocket(channels: Channels, lateMs: number): Partial<Routes> {
  return {
    upgrades: {
      [ROUTES.socket]: (upgrade) => {
        const log = channels.open(channelIn(upgrade.query));
        const after = afterIn(upgrade.query);
        const reading = log.read(after ?? log.end);
        if (reading.kind === 'gone') throw gone(reading);
        acceptWebSocket(upgrade, (webSocket) => {
          setTimeout(() => {
            const missed = log.read(after ?? log.end);
            if (missed.kind === 'frames') for (const { text } of missed.frames) webSocket.send(text);
            webSocket.once(
              'close',
              log.listen(({ text }) => webSocket.send(text)),
            );
          }, lateMs);
          return (text) => log.append(text);
        });
      },
    },
  };
}

/** Publishes what `read` makes of the chunks of a body, when it ends. */
function publishing(channels: Channels, append: (chunks: readonly Buffer[]) => string): Handler {
  return ({ request, response, query }) => {
    const log = channels.open(channelIn(query));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const tooLong = Buffer.concat(chunks).length > MAX_FRAME_BYTES;
      if (!tooLong) log.append(append(chunks));
      response.writeHead(tooLong ? 413 : 204).end();
    });
  };
}

const wholeText = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString();

/** Faults that people make, and the rules that must name them. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'an event stream drops a frame',
    routes: (channels) => events(channels, (f) => (f.cursor === 30 ? '' : eventBlock(f.cursor, f.text))),
    breaks: ['events-every-frame-once'],
  },
  {
    name: 'an event stream sends a frame twice',
    routes: (channels) =>
      events(channels, (f) => eventBlock(f.cursor, f.text).repeat(f.cursor === 30 ? 2 : 1)),
    breaks: ['events-every-frame-once'],
  },
  {
    name: 'an event stream sends a two-line frame as one data line',
    routes: (channels) => events(channels, (f) => `id: ${f.cursor}\ndata: ${f.text}\n\n`),
    breaks: ['events-two-lines'],
  },
  {
    name: 'an event stream splits lines as Unicode does',
    routes: (channels) =>
      events(channels, (f) => eventBlock(f.cursor, f.text.replaceAll(/[\u2028\u2029]/g, '\n'))),
    breaks: ['events-any-text'],
  },
  {
    name: 'the id of an event is the cursor before its frame',
    routes: (channels) => events(channels, (f) => eventBlock(f.cursor - 1, f.text)),
    breaks: ['events-id'],
  },
  {
    name: 'a character over two segments is stored as U+FFFD',
    routes: (channels) =>
      publish(publishing(channels, (chunks) => chunks.map((chunk) => chunk.toString()).join(''))),
    breaks: ['publish-split-character'],
  },
  {
    name: 'published frames are trimmed',
    routes: (channels) => publish(publishing(channels, (chunks) => wholeText(chunks).trimEnd())),
    breaks: ['poll', 'long-poll', 'events', 'socket']
      .flatMap((prefix) => [`${prefix}-two-lines`, `${prefix}-any-text`])
      .concat('value-newest'),
  },
  {
    name: 'a body is published as far as it came',
    routes: (channels) =>
      publish((exchange) => {
        const log = channels.open(channelIn(exchange.query));
        exchange.request.once('error', () => log.append('as far as it came'));
        publishing(channels, wholeText)(exchange);
      }),
    breaks: ['publish-broken-off'],
  },
  {
    name: 'a WebSocket is subscribed after its 101',
    routes: (channels) => lateSocket(channels, 30),
    breaks: ['socket-subscribed-before-101'],
  },
  {
    name: 'messages that were to be compressed by themselves refer to each other',
    routes: (channels) => ({
      upgrades: {
        [ROUTES.socket]: (upgrade) => {
          const log = channels.open(channelIn(upgrade.query));
          const after = afterIn(upgrade.query) ?? log.end;
          const reading = log.read(after);
          if (reading.kind === 'gone') throw gone(reading);
          acceptWebSocket(upgrade, (webSocket, deflating) => {
            const { socket } = upgrade;
            const isOpen = () => webSocket.readyState === webSocket.OPEN;
            const bytesOf = ({ text }: Frame) => Buffer.from(text);
            if (deflating === null) {
              const plain = new Fanout(log, (frame) => textFrame(bytesOf(frame)));
              plain.join({ socket, isOpen, outlet: null }, after);
            } else {
              const outlet = new DeflatedOutlet(socket, createDeflateRaw(), flushedFrame, isOpen);
              new Fanout(log, bytesOf).join({ socket, isOpen, outlet }, after);
            }
            return (text) => log.append(text);
          });
        },
      },
    }),
    breaks: ['socket-compressed'],
  },
  {
    name: 'an answer says that it is gzip, and is not',
    routes: (channels) =>
      poll(({ request, response, query }) => {
        const { json } = pollAnswer(channels.open(channelIn(query)), afterIn(query));
        sendJson(response, json, takesGzip(request) ? { 'Content-Encoding': 'gzip' } : {});
      }),
    breaks: ['poll-compressed'],
  },
  {
    name: 'a long-poll answers one frame when two are queued',
    routes: (channels) =>
      longPoll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        const after = afterIn(query);
        const waitMs = waitIn(query);
        const answer = () => {
          unlisten();
          clearTimeout(timer);
          const reading = log.read(after ?? log.end);
          if (reading.kind === 'gone') throw gone(reading);
          const [first] = reading.frames;
          sendJson(
            response,
            JSON.stringify({ next: first?.cursor ?? reading.next, frames: first ? [first.text] : [] }),
          );
        };
        const unlisten = log.listen(answer);
        const timer = setTimeout(answer, waitMs);
        if (after === null || after < log.end) answer();
      }),
    breaks: ['long-poll-everything-queued'],
  },
  {
    name: 'a long-poll is answered at once',
    routes: (channels) =>
      longPoll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        waitIn(query);
        const reading = log.read(afterIn(query) ?? log.end);
        if (reading.kind === 'gone') throw gone(reading);
        const frames = reading.frames.map(({ text }) => text);
        sendJson(response, JSON.stringify({ next: reading.next, frames }));
      }),
    breaks: ['long-poll-held-until-frame', 'long-poll-held-until-wait-over'],
  },
  {
    name: 'the cursor of a poll is the number of its frames',
    routes: (channels) =>
      poll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        const after = afterIn(query);
        const reading = log.read(after ?? log.end);
        if (reading.kind === 'gone') throw gone(reading);
        const frames = reading.frames.map(({ text }) => text);
        sendJson(response, JSON.stringify({ next: after === null ? reading.next : frames.length, frames }));
      }),
    // Whoever follows the cursor reads the same frames again.
    breaks: ['poll-cursor', 'poll-every-frame-once', 'poll-two-lines', 'poll-any-text'],
  },
  {
    name: 'a poll with a malformed cursor begins at the start',
    routes: (channels) =>
      poll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        const after = query.has('after') ? Number.parseInt(query.get('after') ?? '', 10) || 0 : log.end;
        const reading = log.read(Math.max(0, after));
        if (reading.kind === 'gone') throw gone(reading);
        const frames = reading.frames.map(({ text }) => text);
        sendJson(response, JSON.stringify({ next: reading.next, frames }));
      }),
    breaks: ['poll-malformed'],
  },
  {
    name: 'an old cursor is answered with what is left instead of 410',
    routes: (channels) =>
      poll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        const reading = log.read(Math.max(log.oldest, afterIn(query) ?? log.end));
        if (reading.kind === 'gone') throw gone(reading);
        const frames = reading.frames.map(({ text }) => text);
        sendJson(response, JSON.stringify({ next: reading.next, frames }));
      }),
    breaks: ['poll-log'],
  },
  {
    name: 'a value is sent again although the client has it',
    routes: (channels) =>
      value(({ response, query }) => {
        const { newest } = channels.open(channelIn(query));
        if (newest === undefined) response.writeHead(204).end();
        else response.writeHead(200, { ETag: `"${newest.cursor}"` }).end(newest.text);
      }),
    breaks: ['value-etag'],
  },
  {
    name: 'an echo is cut',
    routes: () => ({
      requests: {
        [`POST ${ROUTES.echo}`]: ({ request, response }) => {
          request.once('data', (chunk: Buffer) => response.end(chunk));
          request.once('end', () => response.end());
        },
      },
    }),
    breaks: ['echo-request'],
  },
  {
    name: 'a bad request is refused without a reason',
    routes: (channels) =>
      value((exchange) => {
        if (exchange.query.has('channel'))
          pollingRoutes(channels).requests[`GET ${ROUTES.value}`]?.(exchange);
        else throw new Refusal(400, '');
      }),
    breaks: ['value-malformed'],
  },
];

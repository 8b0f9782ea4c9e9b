import { constants, createDeflateRaw, createGzip } from 'node:zlib';
import { ROUTES } from '../../contract.ts';
import { acceptWebSocket } from '../../reference/accept.ts';
import { flushedFrame, takesGzip } from '../../reference/coding.ts';
import { DeflatedOutlet } from '../../reference/deflated-outlet.ts';
import { Fanout } from '../../reference/fanout.ts';
import { type Routes, sendJson } from '../../reference/http.ts';
import type { Channels, Frame } from '../../reference/log.ts';
import { longPollingRoutes } from '../../reference/long-polling.ts';
import { afterIn, channelIn } from '../../reference/parameters.ts';
import { pollAnswer } from '../../reference/poll-answer.ts';
import { gone } from '../../reference/refusal.ts';
import { eventBlock, sseRoutes } from '../../reference/sse.ts';
import { textFrame } from '../../reference/text-frame.ts';
import { type Fault, type Handler, longPoll, poll } from './fault.ts';

const asItIs = (text: string) => text;
const garbled = (text: string) => `!${text}`;

/** A WebSocket that changes messages on their way up and down, where permessage-deflate is granted. */
function deflatingSocket(
  channels: Channels,
  up: (text: string) => string,
  down: (text: string) => string,
): Partial<Routes> {
  return {
    upgrades: {
      [ROUTES.socket]: (upgrade) => {
        const log = channels.open(channelIn(upgrade.query));
        const reading = log.read(afterIn(upgrade.query) ?? log.end);
        if (reading.kind === 'gone') throw gone(reading);
        acceptWebSocket(upgrade, (webSocket, deflating) => {
          const send = ({ text }: Frame) => webSocket.send(deflating === null ? text : down(text));
          for (const frame of reading.frames) send(frame);
          webSocket.once('close', log.listen(send));
          return (text) => log.append(deflating === null ? text : up(text));
        });
      },
    },
  };
}

/** An event stream that is right where it is not gzip; where it is, it brings what `change` makes of a frame. */
function gzipEvents(channels: Channels, change: (text: string) => string, flushes: boolean): Partial<Routes> {
  const right = sseRoutes(channels).requests[`GET ${ROUTES.events}`];
  const handle: Handler = (exchange) => {
    const { request, response, query } = exchange;
    if (!takesGzip(request)) {
      right?.(exchange);
      return;
    }
    const log = channels.open(channelIn(query));
    const reading = log.read(afterIn(query) ?? log.end);
    if (reading.kind === 'gone') throw gone(reading);
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Content-Encoding': 'gzip' });
    response.flushHeaders();
    const gzip = createGzip();
    gzip.pipe(response);
    const write = (text: string) => {
      gzip.write(text);
      if (flushes) gzip.flush(constants.Z_SYNC_FLUSH);
    };
    const send = ({ cursor, text }: Frame) => write(eventBlock(cursor, change(text)));
    write(': subscribed\n\n');
    for (const frame of reading.frames) send(frame);
    const unlisten = log.listen(send);
    response.once('close', () => {
      unlisten();
      gzip.destroy();
    });
  };
  return { requests: { [`GET ${ROUTES.events}`]: handle } };
}

/** Of what is compressed, and right where it is not. */
export const COMPRESSION_FAULTS: readonly Fault[] = [
  {
    name: 'what a WebSocket inflates is garbled',
    routes: (channels) => deflatingSocket(channels, garbled, asItIs),
    breaks: ['socket-compressed'],
  },
  {
    name: 'what a WebSocket deflates is garbled',
    routes: (channels) => deflatingSocket(channels, asItIs, garbled),
    breaks: ['socket-compressed'],
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
    name: 'a long-poll says that it is gzip, and is not',
    routes: (channels) =>
      longPoll((exchange) => {
        const { request, response } = exchange;
        if (takesGzip(request)) response.setHeader('Content-Encoding', 'gzip');
        delete request.headers['accept-encoding'];
        longPollingRoutes(channels).requests[`GET ${ROUTES.longPoll}`]?.(exchange);
      }),
    breaks: ['long-poll-compressed'],
  },
  {
    name: 'an event stream is garbled where it is gzip',
    routes: (channels) => gzipEvents(channels, garbled, true),
    breaks: ['events-compressed'],
  },
  {
    name: 'an event stream is gzip, and not flushed',
    routes: (channels) => gzipEvents(channels, asItIs, false),
    breaks: ['events-compressed'],
  },
];

import { ROUTES } from '../../contract.ts';
import { acceptWebSocket } from '../../reference/accept.ts';
import type { Routes } from '../../reference/http.ts';
import type { Channels, Frame } from '../../reference/log.ts';
import { afterIn, channelIn } from '../../reference/parameters.ts';
import { gone } from '../../reference/refusal.ts';
import { eventBlock } from '../../reference/sse.ts';
import type { Fault, Handler } from './fault.ts';

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

/** Of event streams and WebSockets. */
export const STREAM_FAULTS: readonly Fault[] = [
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
    name: 'a WebSocket is subscribed after its 101',
    routes: (channels) => lateSocket(channels, 30),
    breaks: ['socket-subscribed-before-101'],
  },
];

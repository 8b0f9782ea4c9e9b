import { createDeflateRaw } from 'node:zlib';
import { WebSocket } from 'ws';
import { ROUTES } from '../contract.ts';
import { acceptWebSocket } from './accept.ts';
import { deflatedFrame, flushedFrame } from './coding.ts';
import { DeflatedOutlet } from './deflated-outlet.ts';
import { Fanouts } from './fanout.ts';
import type { Routes } from './http.ts';
import type { Channels, Frame } from './log.ts';
import { afterIn, channelIn } from './parameters.ts';
import { gone } from './refusal.ts';
import { textFrame } from './text-frame.ts';

/** `/socket`: the frames of a channel down, text frames up published to it. */
export function webSocketRoutes(channels: Channels): Routes {
  const plain = new Fanouts(({ text }: Frame) => textFrame(Buffer.from(text)));
  const inContext = new Fanouts(({ text }: Frame) => Buffer.from(text));
  /** By how far back a message may refer: for all that agreed on the same, it is compressed once. */
  const byMessage = new Map<number, Fanouts>();
  const alone = (windowBits: number) => {
    const known = byMessage.get(windowBits);
    const fanouts = known ?? new Fanouts(({ text }) => deflatedFrame(Buffer.from(text), windowBits));
    byMessage.set(windowBits, fanouts);
    return fanouts;
  };
  return {
    requests: {},
    upgrades: {
      [ROUTES.socket]: (upgrade) => {
        const log = channels.open(channelIn(upgrade.query));
        const after = afterIn(upgrade.query) ?? log.end;
        const reading = log.read(after);
        if (reading.kind === 'gone') throw gone(reading);
        // The 101 is written and the subscription made in this one turn of the event loop, in
        // which nothing can be published: whoever has seen the 101 is subscribed.
        acceptWebSocket(upgrade, (webSocket, deflating) => {
          const { socket } = upgrade;
          const isOpen = () => webSocket.readyState === WebSocket.OPEN;
          if (deflating === null) {
            plain.of(log).join({ socket, isOpen, outlet: null }, after);
          } else if (deflating.hasContext) {
            const outlet = new DeflatedOutlet(socket, createDeflateRaw(deflating), flushedFrame, isOpen);
            inContext.of(log).join({ socket, isOpen, outlet }, after);
          } else {
            alone(deflating.windowBits).of(log).join({ socket, isOpen, outlet: null }, after);
          }
          return (text) => log.append(text);
        });
      },
    },
  };
}

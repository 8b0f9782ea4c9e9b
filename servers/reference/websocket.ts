import { WebSocket } from 'ws';
import { ROUTES } from '../contract.ts';
import { acceptWebSocket } from './accept.ts';
import { Fanouts } from './fanout.ts';
import type { Routes } from './http.ts';
import type { Channels, Frame } from './log.ts';
import { afterIn, channelIn } from './parameters.ts';
import { gone } from './refusal.ts';

/** `/socket`: the frames of a channel down, text frames up published to it. */
export function webSocketRoutes(channels: Channels): Routes {
  const fanouts = new Fanouts(({ text }: Frame) => textFrame(Buffer.from(text)));
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
        acceptWebSocket(upgrade, (webSocket) => {
          const isOpen = () => webSocket.readyState === WebSocket.OPEN;
          fanouts.of(log).join({ socket: upgrade.socket, isOpen }, after);
          return (text) => log.append(text);
        });
      },
    },
  };
}

/** A whole unmasked text frame, as a server sends it (RFC 6455 §5.2). */
export function textFrame(payload: Buffer): Buffer {
  return Buffer.concat([textFrameHeader(payload.length), payload]);
}

const FIN_AND_TEXT = 0x81;

/** 2, 4 or 10 B: the length is one byte up to 125, else a marker and 16 or 64 bits. */
function textFrameHeader(payloadBytes: number): Buffer {
  if (payloadBytes <= 125) return Buffer.from([FIN_AND_TEXT, payloadBytes]);
  if (payloadBytes <= 0xffff) {
    const header = Buffer.from([FIN_AND_TEXT, 126, 0, 0]);
    header.writeUInt16BE(payloadBytes, 2);
    return header;
  }
  const header = Buffer.from([FIN_AND_TEXT, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(BigInt(payloadBytes), 2);
  return header;
}

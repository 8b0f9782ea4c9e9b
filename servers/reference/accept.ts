import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_FRAME_BYTES } from '../contract.ts';
import type { Upgrade } from './http.ts';

/**
 * Accepts upgrades that `node:http` has parsed: no compression, messages up to
 * {@link MAX_FRAME_BYTES}, beyond which `ws` closes with 1009, as it does with 1007 on text that
 * is not UTF-8.
 */
const acceptor = new WebSocketServer({
  noServer: true,
  perMessageDeflate: false,
  clientTracking: false,
  maxPayload: MAX_FRAME_BYTES,
});

/** RFC 6455 §7.4.1: data of a type that is not accepted. */
const UNSUPPORTED_DATA = 1003;

/**
 * Completes a WebSocket handshake, or answers the 400, 405 or 426 that a wrong one deserves.
 *
 * @param opened called right after the 101 has been written, in the same turn of the event loop;
 * returns what to do with every text frame that arrives
 */
export function acceptWebSocket(
  { request, socket, head }: Upgrade,
  opened: (webSocket: WebSocket) => (text: string) => void,
): void {
  acceptor.handleUpgrade(request, socket, head, (webSocket) => {
    const onText = opened(webSocket);
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) webSocket.close(UNSUPPORTED_DATA, 'frames are text');
      else onText(data.toString());
    });
    // Broken frames and resets: `ws` has closed the connection by now, and nobody else is told.
    webSocket.on('error', () => webSocket.terminate());
  });
}

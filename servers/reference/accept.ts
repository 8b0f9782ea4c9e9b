import { constants } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';
import { MAX_FRAME_BYTES } from '../contract.ts';
import { DEFLATES_AT_ONCE } from './deflate-turns.ts';
import type { Upgrade } from './http.ts';

/** How the messages that go down may be compressed (RFC 7692 §7.1). */
export interface Deflating {
  /** Whether one may refer to those before it. */
  readonly hasContext: boolean;
  /** Base-2 logarithm of how far back it may refer. */
  readonly windowBits: number;
}

/**
 * Accepts upgrades that `node:http` has parsed: compressed where the client asks for it, messages up to
 * {@link MAX_FRAME_BYTES}, beyond which `ws` closes with 1009, as it does with 1007 on text that
 * is not UTF-8.
 */
const acceptor = new WebSocketServer({
  noServer: true,
  perMessageDeflate: { threshold: 0, concurrencyLimit: DEFLATES_AT_ONCE },
  clientTracking: false,
  maxPayload: MAX_FRAME_BYTES,
});

/** The extensions of the handshake under way: of them, `ws` tells no more than the names, but for this. */
let granted = '';
acceptor.on('headers', (lines) => {
  granted = lines.find((line) => /^sec-websocket-extensions:/i.test(line)) ?? '';
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
  opened: (webSocket: WebSocket, deflating: Deflating | null) => (text: string) => void,
): void {
  acceptor.handleUpgrade(request, socket, head, (webSocket) => {
    const onText = opened(webSocket, deflatingOf(granted));
    webSocket.on('message', (data, isBinary) => {
      if (isBinary) webSocket.close(UNSUPPORTED_DATA, 'frames are text');
      else onText(data.toString());
    });
    // Broken frames and resets: `ws` has closed the connection by now, and nobody else is told.
    webSocket.on('error', () => webSocket.terminate());
  });
}

/** `null` where messages go down as they are; zlib's smallest window is larger than the smallest there may be. */
function deflatingOf(extensions: string): Deflating | null {
  const [, bits] = /server_max_window_bits=(\d+)/.exec(extensions) ?? [];
  const windowBits = bits === undefined ? constants.Z_DEFAULT_WINDOWBITS : Number(bits);
  if (!extensions.includes('permessage-deflate') || windowBits < MIN_WINDOW_BITS) return null;
  return { hasContext: !extensions.includes('server_no_context_takeover'), windowBits };
}

const MIN_WINDOW_BITS = 9;

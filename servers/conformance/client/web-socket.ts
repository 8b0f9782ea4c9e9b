import { WebSocket } from 'ws';
import { Broken } from '../verdict.ts';
import { Inbox } from './inbox.ts';
import { AT_ONCE_MS, within } from './limits.ts';
import type { Peer } from './peer.ts';

/** What a client asks for. */
export interface SocketOptions {
  /** By default no extension; else permessage-deflate (RFC 7692), its messages with context or each by itself. */
  readonly deflate?: 'with context' | 'by message';
}

/** A subscription by WebSocket. */
export class SocketClient {
  readonly frames = new Inbox();
  readonly #webSocket: WebSocket;
  #problem: string | null = null;

  private constructor(webSocket: WebSocket) {
    this.#webSocket = webSocket;
    webSocket.on('message', (data, isBinary) => {
      this.frames.push(isBinary ? '(a binary message)' : data.toString());
    });
    // What it means for a rule shows in the frames that do not come.
    webSocket.on('error', ({ message }) => {
      this.#problem = message;
    });
  }

  /**
   * Opens a WebSocket; the upgrade is checked by `ws`.
   *
   * @param onUpgrade called at the instant at which the 101 has been read
   * @throws Broken if the server does not open it
   */
  static async open(
    peer: Peer,
    target: string,
    onUpgrade: () => void = () => {},
    options: SocketOptions = {},
  ): Promise<SocketClient> {
    const webSocket = newWebSocket(peer, target, [], options);
    const client = new SocketClient(webSocket);
    const opened = new Promise<void>((resolve, reject) => {
      webSocket.once('upgrade', () => onUpgrade());
      webSocket.once('open', () => resolve());
      webSocket.once('error', (error) => reject(new Broken(`no WebSocket at ${target}: ${error.message}`)));
    });
    opened.catch(() => {});
    await within(AT_ONCE_MS, `WebSocket at ${target}`, opened);
    return client;
  }

  /** Whether the server has granted permessage-deflate. */
  get compresses(): boolean {
    return this.#webSocket.extensions !== '';
  }

  /** What kept messages from being read, if anything has. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Sends one text message; several pieces make a fragmented one. */
  send(...pieces: readonly (string | Buffer)[]): void {
    pieces.forEach((piece, index) => {
      this.#webSocket.send(piece, { binary: false, fin: index === pieces.length - 1 });
    });
  }

  /** Hangs up without a closing handshake. */
  destroy(): void {
    this.#webSocket.terminate();
  }
}

/** A WebSocket that is being opened. */
export function newWebSocket(
  { origin, headers, verify }: Peer,
  target: string,
  subprotocols: string[] = [],
  { deflate }: SocketOptions = {},
): WebSocket {
  const url = new URL(target, origin);
  url.protocol = origin.protocol === 'https:' ? 'wss:' : 'ws:';
  const alone = { serverNoContextTakeover: true, clientNoContextTakeover: true };
  const perMessageDeflate =
    deflate === undefined ? false : { threshold: 0, ...(deflate === 'by message' ? alone : {}) };
  return new WebSocket(url, subprotocols, { perMessageDeflate, headers, rejectUnauthorized: verify });
}

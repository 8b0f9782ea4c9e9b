import { connect, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { Broken } from '../verdict.ts';
import { AT_ONCE_MS, pause, within } from './limits.ts';
import { headOf, type Peer } from './peer.ts';

/** Far more than any answer that is read from here, in bytes. */
const MAX_KEPT_BYTES = 64 * 1024;

/** A connection that sends exactly the bytes it is told, in the pieces it is told. */
export class RawConnection {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #onBytes: () => void = () => {};

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk]).subarray(0, MAX_KEPT_BYTES);
      this.#onBytes();
    });
    // A reset is no news here: what matters is whether the answer came.
    socket.on('error', () => {});
    socket.on('close', () => this.#onBytes());
  }

  /** @throws Broken if the server does not accept */
  static async open({ origin, verify }: Peer): Promise<RawConnection> {
    const secure = origin.protocol === 'https:';
    const where = { host: origin.hostname, port: Number(origin.port) || (secure ? 443 : 80) };
    const socket = secure ? connectSecurely({ ...where, rejectUnauthorized: verify }) : connect(where);
    socket.setNoDelay(true);
    const connection = new RawConnection(socket);
    const connected = new Promise<void>((resolve, reject) => {
      socket.once(secure ? 'secureConnect' : 'connect', () => resolve());
      socket.once('error', (error) =>
        reject(new Broken(`no connection to ${origin.origin}: ${error.message}`)),
      );
    });
    connected.catch(() => {});
    try {
      await within(AT_ONCE_MS, `connection to ${origin.origin}`, connected);
    } catch (error) {
      socket.destroy(); // An address that never answers would keep the process for minutes.
      throw error;
    }
    return connection;
  }

  /** Sends each piece in a segment of its own: they are a millisecond or more apart. */
  async send(...pieces: readonly (string | Buffer)[]): Promise<void> {
    for (const piece of pieces) {
      if (this.#socket.writable) this.#socket.write(piece);
      await pause(2);
    }
  }

  /**
   * The status of the first answer; 0 if the server hung up without one.
   *
   * @throws Broken when the time is over
   */
  async status(withinMs = AT_ONCE_MS): Promise<number> {
    const answered = new Promise<number>((resolve) => {
      this.#onBytes = () => {
        const match = /^HTTP\/1\.[01] (\d{3})/.exec(this.#received.toString('latin1'));
        if (match?.[1] !== undefined) resolve(Number(match[1]));
        else if (this.#socket.destroyed) resolve(0);
      };
      this.#onBytes();
    });
    return await within(withinMs, 'status line', answered);
  }

  /** True as soon as something of an answer has arrived. */
  get hasAnswer(): boolean {
    return this.#received.length > 0;
  }

  /** Hangs up, in the middle of whatever was going on. */
  destroy(): void {
    this.#socket.destroy();
  }
}

/** The head of a POST, with its blank line. */
export function postHead(peer: Peer, target: string, body: Readonly<Record<string, string>>): string {
  return headOf(peer, 'POST', target, { Connection: 'close', ...body });
}

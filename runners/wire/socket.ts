import { connect, type Socket } from 'node:net';
import { nowUs } from '../clock.ts';
import { paidUntil, sliceBytes } from './read-rate.ts';

/** Where the server is. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Local address to connect from; without one, the system chooses. */
  readonly sourceAddress?: string;
}

/** The `Host` header of a target (RFC 9112 §3.2); an IPv6 address goes into brackets. */
export function hostHeader({ host, port }: Target): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What a socket tells its owner. */
export interface SocketEvents {
  onConnect(): void;
  /** Bytes from 0 to `end` of a buffer that is valid only during the call. `receivedUs` is its first instant. */
  onData(bytes: Buffer, end: number, receivedUs: number): void;
  /** The connection is over; `reason` tells an error, `null` an end by the peer. Not called after `destroy`. */
  onClose(reason: string | null): void;
}

/** What a group of sockets shares: the sums of their own counters, and how fast each of them reads. */
export class SocketTotals {
  up = 0;
  down = 0;
  /** Connections that were there and that the peer ended or broke. */
  endedByPeer = 0;
  /** Each socket reads no faster than this; `null`: as fast as bytes come. May be lifted. */
  readBytesPerSecond: number | null;

  /** @param readBytesPerSecond see the field. */
  constructor(readBytesPerSecond: number | null = null) {
    this.readBytesPerSecond = readBytesPerSecond;
  }

  /** Adds what another group counted. */
  add({ up, down, endedByPeer }: SocketTotals): void {
    this.up += up;
    this.down += down;
    this.endedByPeer += endedByPeer;
  }
}

/**
 * One read buffer for all sockets: libuv fills it and calls back at once, and no decoder keeps a
 * view of it. That saves an allocation per read and a stream's machinery per socket; with it, a
 * generator receives 1.9 times what the `ws` client does for the same CPU.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

/** A TCP connection that hands its bytes over as they come and keeps count of them. */
export class WireSocket {
  readonly #socket: Socket;
  readonly #totals: SocketTotals;
  #givenBytes = 0;
  #connected = false;
  #over = false;
  /** What has been read is paid for at this instant; see `read-rate.ts`. */
  #paidUntilUs = 0;
  #readAgain: NodeJS.Timeout | undefined;

  constructor(target: Target, totals: SocketTotals, events: SocketEvents) {
    const { readBytesPerSecond } = totals;
    this.#totals = totals;
    this.#socket = connect({
      host: target.host,
      port: target.port,
      ...(target.sourceAddress === undefined ? {} : { localAddress: target.sourceAddress }),
      noDelay: true,
      onread: {
        buffer:
          readBytesPerSecond === null
            ? READ_BUFFER
            : READ_BUFFER.subarray(0, sliceBytes(readBytesPerSecond, READ_BUFFER.length)),
        callback: (end, bytes) => {
          const receivedUs = nowUs();
          if (!this.#over) events.onData(bytes as Buffer, end, receivedUs);
          return this.#readsOn(end, receivedUs);
        },
      },
    });
    let reason: string | null = null;
    this.#socket.on('connect', () => {
      this.#connected = true;
      events.onConnect();
    });
    this.#socket.on('error', (error) => {
      reason = error.message;
    });
    // The peer's end is the end, at once: what is written between it and 'close' is not sent, and
    // the socket does not count it.
    this.#socket.on('end', () => this.#close(null, events));
    this.#socket.on('close', () => this.#close(reason, events));
  }

  /** Sends bytes; text is sent as Latin-1, one byte a character. */
  write(bytes: Buffer | string): void {
    this.#givenBytes += bytes.length;
    if (typeof bytes === 'string') this.#socket.write(bytes, 'latin1');
    else this.#socket.write(bytes);
  }

  /** Head and body in one segment: two writes would meet Nagle and delayed acknowledgements. */
  writeTogether(head: string, body: Buffer): void {
    this.#givenBytes += head.length + body.length;
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    this.#socket.write(body);
    this.#socket.uncork();
  }

  /** Ends the connection at once; its owner is not called again. */
  destroy(): void {
    if (this.#over) return;
    this.#count();
    this.#socket.destroy();
  }

  /** Whether the next read may follow at once; if not, the kernel keeps what comes until it is time. */
  #readsOn(bytes: number, readUs: number): boolean {
    const { readBytesPerSecond: bytesPerSecond } = this.#totals;
    if (bytesPerSecond === null) return true;
    this.#paidUntilUs = paidUntil(this.#paidUntilUs, readUs, bytes, bytesPerSecond);
    if (this.#paidUntilUs <= readUs) return true;
    if (!this.#over) {
      this.#readAgain = setTimeout(() => this.#socket.resume(), (this.#paidUntilUs - readUs) / 1e3);
    }
    return false;
  }

  #close(reason: string | null, events: SocketEvents): void {
    if (this.#over) return;
    this.destroy();
    if (this.#connected) this.#totals.endedByPeer += 1;
    events.onClose(reason);
  }

  #count(): void {
    this.#over = true;
    // A socket does not count what it was given when its connection had broken and it did not know yet.
    this.#totals.up += this.#socket.errored === null ? this.#socket.bytesWritten : this.#givenBytes;
    clearTimeout(this.#readAgain);
    this.#totals.down += this.#socket.bytesRead;
  }
}

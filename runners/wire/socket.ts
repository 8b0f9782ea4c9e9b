import { connect, type Socket } from 'node:net';
import { nowUs } from '../clock.ts';
import type { Direction, Ledger } from './ledger.ts';
import { paidUntil, sliceBytes } from './read-rate.ts';
import type { SocketTotals } from './socket-totals.ts';
import type { Target } from './target.ts';
import { type BothWays, handshakeFailure, startTls, TlsOverhead, type TlsTrust } from './tls.ts';

/** What a socket tells its owner. */
export interface SocketEvents {
  /** The connection is there; over TLS, after the handshake. */
  onConnect(): void;
  /** Bytes from 0 to `end` of a buffer that is valid only during the call. `receivedUs` is its first instant. */
  onData(bytes: Buffer, end: number, receivedUs: number): void;
  /** The connection is over; `reason` tells an error, `null` an end by the peer. Not called after `destroy`. */
  onClose(reason: string | null): void;
}

/**
 * One read buffer for all sockets: libuv fills it and calls back at once, and no decoder keeps a
 * view of it. That saves an allocation per read and a stream's machinery per socket; with it, a
 * generator receives 1.9 times what the `ws` client does for the same CPU.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

const NOTHING: BothWays = { up: 0, down: 0 };

/** Whose a socket is, so that all sockets share their listeners: closures of its own cost each 0.3 kB. */
const OWNER = Symbol('owner');

interface OwnedSocket extends Socket {
  [OWNER]?: WireSocket;
}

/** A TCP connection, with or without TLS, that hands its bytes over as they come and keeps count of them. */
export class WireSocket {
  /** What bytes are counted at. */
  readonly #tcp: OwnedSocket;
  /** What is written to and read from: the TCP socket, or TLS over it as soon as it is connected. */
  #socket: Socket | null;
  /** What was written before there was a socket for it. */
  #early: (Buffer | string)[] | null = null;
  readonly #overhead: TlsOverhead | null;
  readonly #totals: SocketTotals;
  readonly #trust: TlsTrust | null;
  readonly #events: SocketEvents;
  #reason: string | null = null;
  #givenBytes = 0;
  #isConnected = false;
  #over = false;
  /** Bytes that were written past the stream and that the operating system has not taken yet. */
  #direct = 0;
  /** What has been read is paid for at this instant; see `read-rate.ts`. */
  #paidUntilUs = 0;
  #readAgain: NodeJS.Timeout | undefined;

  constructor({ host, port, tls, sourceAddress }: Target, totals: SocketTotals, events: SocketEvents) {
    const { readBytesPerSecond } = totals;
    this.#totals = totals;
    this.#trust = tls;
    this.#events = events;
    this.#overhead = tls === null ? null : new TlsOverhead();
    const onread = {
      buffer:
        readBytesPerSecond === null
          ? READ_BUFFER
          : READ_BUFFER.subarray(0, sliceBytes(readBytesPerSecond, READ_BUFFER.length)),
      callback: onRead,
    };
    this.#tcp = connect({
      host,
      port,
      noDelay: true,
      ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }),
      ...(tls === null ? { onread } : {}),
    });
    this.#socket = tls === null ? this.#tcp : null;
    this.#tcp[OWNER] = this;
    this.#tcp.once('connect', onConnect);
    this.#tcp.on('error', onError);
    this.#tcp.on('close', onEnd);
  }

  /** The TCP connection is there. For the listeners, as are the next two. */
  established(): void {
    if (this.#trust === null) this.#connected(this.#tcp);
    else this.#secure(this.#trust);
  }

  /** Something is wrong with the TCP connection; its end follows. */
  failed({ message }: Error): void {
    this.#reason = message;
  }

  /** The connection is over, or the peer has ended its side. */
  ended(): void {
    if (this.#over) return;
    this.destroy();
    if (this.#isConnected) this.#totals.endedByPeer += 1;
    this.#events.onClose(this.#reason);
  }

  /** Sends bytes; text is sent as Latin-1, one byte a character. */
  write(bytes: Buffer | string): void {
    this.#givenBytes += bytes.length;
    this.#overhead?.writing(bytes.length);
    if (this.#socket === null) {
      this.#early ??= [];
      this.#early.push(bytes);
    } else this.#put(this.#socket, bytes);
  }

  /** Bytes written that the operating system has not taken yet, since the peer does not read. */
  get backlogBytes(): number {
    return (this.#socket?.writableLength ?? 0) + this.#direct;
  }

  /** What TLS has added to what was written, or received, since this was last asked; nothing without TLS. */
  takeRecords(direction: Direction): number {
    return this.#overhead?.takeRecords(direction) ?? 0;
  }

  /** What TLS took for the connection itself: its handshake above all. Known when it is over, and told once. */
  takeRest(): BothWays {
    return this.#overhead?.takeRest() ?? NOTHING;
  }

  /** Books what {@link takeRecords} tells, with what has just been booked. */
  bookRecords(direction: Direction, ledger: Ledger, inWindow: boolean): void {
    if (this.#overhead !== null)
      ledger.add(direction, 'tls', this.#overhead.takeRecords(direction), inWindow);
  }

  /** Books what {@link takeRest} tells. */
  bookRest(ledger: Ledger, inWindow: boolean): void {
    const { up, down } = this.takeRest();
    ledger.add('up', 'tls', up, inWindow);
    ledger.add('down', 'tls', down, inWindow);
  }

  /** Ends the connection at once; its owner is not called again. */
  destroy(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#readAgain);
    const { up, down } = this.#overhead?.end(this.#tcp) ?? {
      // A socket does not count what it was given when its connection had broken and it did not know yet.
      up: this.#tcp.errored === null ? this.#tcp.bytesWritten : this.#givenBytes,
      down: this.#tcp.bytesRead,
    };
    this.#totals.up += up;
    this.#totals.down += down;
    this.#socket?.destroy();
    this.#tcp.destroy();
  }

  /** Bytes have come. For the callback; returns whether the next read may follow at once. */
  received(bytes: Buffer, end: number, receivedUs: number): boolean {
    if (!this.#over) this.#events.onData(bytes, end, receivedUs);
    return this.#readsOn(end, receivedUs);
  }

  /** Whether the next read may follow at once; if not, the kernel keeps what comes until it is time. */
  #readsOn(bytes: number, readUs: number): boolean {
    const { readBytesPerSecond: bytesPerSecond } = this.#totals;
    if (bytesPerSecond === null) return true;
    this.#paidUntilUs = paidUntil(this.#paidUntilUs, readUs, bytes, bytesPerSecond);
    if (this.#paidUntilUs <= readUs) return true;
    if (!this.#over) {
      this.#readAgain = setTimeout(() => this.#socket?.resume(), (this.#paidUntilUs - readUs) / 1e3);
    }
    return false;
  }

  #secure(trust: TlsTrust): void {
    const socket: OwnedSocket = startTls(this.#tcp, trust);
    socket[OWNER] = this;
    let established = false;
    socket.on('secureConnect', () => {
      established = true;
      this.#connected(socket);
    });
    socket.on('data', (bytes) => {
      const receivedUs = nowUs();
      if (this.#over) return;
      this.#overhead?.received(bytes.length);
      this.#events.onData(bytes, bytes.length, receivedUs);
      if (!this.#readsOn(bytes.length, receivedUs)) socket.pause();
    });
    socket.on('error', (error) => {
      this.#reason = established ? error.message : handshakeFailure(error);
    });
    this.#socket = socket;
    for (const bytes of this.#early ?? []) this.#put(socket, bytes);
    this.#early = null;
  }

  #connected(socket: OwnedSocket): void {
    // The peer's end is the end, at once: what is written between it and 'close' is not sent, and
    // the socket does not count it.
    socket.on('end', onEnd);
    this.#isConnected = true;
    this.#totals.opened += 1;
    this.#events.onConnect();
  }

  #put(socket: Socket, bytes: Buffer | string): void {
    if (this.#isConnected && socket === this.#tcp && this.#direct === 0 && socket.writableLength === 0) {
      this.#putDirectly(socket, bytes);
    } else if (typeof bytes === 'string') socket.write(bytes, 'latin1', this.#overhead?.written);
    else socket.write(bytes, this.#overhead?.written);
  }

  /**
   * Hands bytes over past the stream's queue, which is empty: a bare closed loop of polls makes 1.17 times as many
   * for the same CPU (0.99 to 1.30). What the system does not take at once is waited for, while the stream queues.
   */
  #putDirectly(socket: Socket, bytes: Buffer | string): void {
    this.#direct = bytes.length;
    const onTaken = (error?: Error | null) => {
      this.#direct = 0;
      if (error) socket.destroy(error);
    };
    // 'buffer' is how the stream names bytes here, and its types do not.
    socket._write(bytes, typeof bytes === 'string' ? 'latin1' : ('buffer' as BufferEncoding), onTaken);
  }
}

/** Node calls it as a method of its socket. */
function onRead(this: OwnedSocket, end: number, bytes: Uint8Array): boolean {
  const receivedUs = nowUs();
  return this[OWNER]?.received(bytes as Buffer, end, receivedUs) ?? false;
}

function onConnect(this: OwnedSocket): void {
  this[OWNER]?.established();
}

function onError(this: OwnedSocket, error: Error): void {
  this[OWNER]?.failed(error);
}

function onEnd(this: OwnedSocket): void {
  this[OWNER]?.ended();
}

import { isIP, type Socket } from 'node:net';
import { connect, createSecureContext, type SecureContext, type TLSSocket } from 'node:tls';
import type { Direction } from './ledger.ts';

/** Whom a client takes for the server behind a TLS handshake. */
export interface TlsTrust {
  /** Name or address that the server's certificate must be for. */
  readonly serverName: string;
  /** The only certificate authority that may have signed it, in PEM; `null` leaves it to those of the system. */
  readonly authority: string | null;
  /** `false`: anybody is taken for the server. By default the certificate must be right. */
  readonly verify?: boolean;
}

/** What a record takes beyond what it carries: a header of 5 B, a type of 1 B, a tag of 16 B (RFC 8446 §5.2). */
const RECORD_BYTES = 22;

/** The most that a record carries (RFC 8446 §5.1). */
const MAX_RECORD_BYTES = 16_384;

/**
 * Starts TLS on a connected TCP socket. Only TLS 1.3, whose records have one length whatever the cipher;
 * only HTTP/1.1 (RFC 7301); and no session is resumed, so that every handshake is a whole one.
 *
 * TLS runs over a socket of ours, and not one that it makes itself, because that socket's counters are
 * then those of the wire. A read costs a buffer and a stream's machinery that way.
 */
export function startTls(tcp: Socket, trust: TlsTrust): TLSSocket {
  const { serverName, verify = true } = trust;
  return connect({
    socket: tcp,
    host: serverName,
    // An address is no server name (RFC 6066 §3).
    ...(isIP(serverName) === 0 ? { servername: serverName } : {}),
    secureContext: contextOf(trust),
    rejectUnauthorized: verify,
    ALPNProtocols: ['http/1.1'],
  });
}

/** All sockets of a process trust the same; a context of its own each would be megabytes. */
const CONTEXTS = new WeakMap<TlsTrust, SecureContext>();

function contextOf(trust: TlsTrust): SecureContext {
  let context = CONTEXTS.get(trust);
  if (context === undefined) {
    const { authority } = trust;
    context = createSecureContext({
      minVersion: 'TLSv1.3',
      ...(authority === null ? {} : { ca: authority }),
    });
    CONTEXTS.set(trust, context);
  }
  return context;
}

/** Why a handshake failed. Of what OpenSSL says, the reason; the rest is function names and line numbers. */
export function handshakeFailure({ message }: Error): string {
  const [, reason = message] = /:SSL routines:[^:]*:([^:]+):/.exec(message) ?? [];
  return `the TLS handshake failed: ${reason}`;
}

/** Bytes each way. */
export type BothWays = Readonly<Record<Direction, number>>;

/**
 * What TLS adds to a connection, so that it can be booked with what it was added to.
 *
 * Of a record it is known, and is there as soon as the record is. The rest (handshake, session tickets, alerts)
 * is what the TCP socket counted beyond all records, and is there when the connection is over.
 */
export class TlsOverhead {
  /** Of records that were not asked for yet. */
  readonly #added = { up: 0, down: 0 };
  /** Records with all that they carry. */
  readonly #records = { up: 0, down: 0 };
  #rest: BothWays = { up: 0, down: 0 };
  /** Writes under way, and those that wait for them: Node sends these together, in as few records as will do. */
  #underWay = 0;
  #waiting = 0;
  #waitingBytes = 0;

  /** Something was received; Node hands over one record at a time. */
  received(byteCount: number): void {
    this.#add('down', 1, byteCount);
  }

  /** Something is about to be written; {@link written} must be its callback. */
  writing(byteCount: number): void {
    if (this.#underWay === 0) {
      this.#underWay = 1;
      this.#add('up', recordsOf(byteCount), byteCount);
      return;
    }
    const before = recordsOf(this.#waitingBytes);
    this.#waiting += 1;
    this.#waitingBytes += byteCount;
    this.#add('up', recordsOf(this.#waitingBytes) - before, byteCount);
  }

  readonly written = (): void => {
    this.#underWay -= 1;
    if (this.#underWay > 0) return;
    this.#underWay = this.#waiting;
    this.#waiting = 0;
    this.#waitingBytes = 0;
  };

  /** What records have added since they were last taken. */
  takeRecords(direction: Direction): number {
    const byteCount = this.#added[direction];
    this.#added[direction] = 0;
    return byteCount;
  }

  /** What belongs to no record, once the connection has ended; nothing the second time. */
  takeRest(): BothWays {
    const rest = this.#rest;
    this.#rest = { up: 0, down: 0 };
    return rest;
  }

  /**
   * The connection is over.
   *
   * @returns how many bytes went which way. What was written and had not reached the TCP socket counts as if
   *   it had, as it does in that socket's own counters.
   */
  end({ bytesWritten, bytesRead }: Socket): BothWays {
    const all = { up: Math.max(bytesWritten, this.#records.up), down: bytesRead };
    this.#rest = { up: all.up - this.#records.up, down: all.down - this.#records.down };
    return all;
  }

  #add(direction: Direction, records: number, byteCount: number): void {
    this.#added[direction] += records * RECORD_BYTES;
    this.#records[direction] += records * RECORD_BYTES + byteCount;
  }
}

function recordsOf(byteCount: number): number {
  return Math.ceil(byteCount / MAX_RECORD_BYTES);
}

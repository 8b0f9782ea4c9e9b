import { type Answer, type Complete, HttpLink, type LinkEvents } from './http-link.ts';
import type { Tally } from './ledger.ts';
import type { Over } from './protocol-error.ts';
import type { SocketTotals } from './socket-totals.ts';
import type { Target } from './target.ts';

/** What the owner of a connection learns. */
export interface ConnectionEvents {
  /** A TCP connection is there. */
  onOpen(): void;
  /** The answer to the request in flight; the next request may be made at once. */
  onAnswer(answer: Answer): void;
  /** The connection could not be opened, or the request in flight will get no answer. */
  onFailure(over: Over): void;
  /** The peer has ended the connection while no request was in flight. */
  onIdleEnd(): void;
}

/** How the connection is used. */
export interface ConnectionUse {
  /** Whether it serves the next request too. */
  readonly reuse: boolean;
  /**
   * Whether a GET that crosses the server's end of an idle connection is repeated at once, on a
   * new one. RFC 9112 §9.3.1: a server may end an idle connection at any time.
   */
  readonly repeats: boolean;
}

/**
 * One request at a time on one TCP connection at a time, which is opened when needed: at first,
 * after the server ended it, and, if it is not to be reused, for every request.
 *
 * The bytes of the exchange are noted in its tally: heads in `headers`, the request's body in
 * `payload` and `framing`, chunk sizes in `framing`, what TLS adds in `tls`. The answer's body is left to the owner, who knows how
 * much of it is payload, and who settles the tally.
 */
export class HttpConnection implements LinkEvents {
  readonly #target: Target;
  readonly #totals: SocketTotals;
  readonly #tally: Tally;
  readonly #use: ConnectionUse;
  readonly #events: ConnectionEvents;
  #link: HttpLink | null = null;
  /** Head of the request that waits for its answer. */
  #inFlight: string | null = null;
  #hasBody = false;

  constructor(
    target: Target,
    totals: SocketTotals,
    tally: Tally,
    use: ConnectionUse,
    events: ConnectionEvents,
  ) {
    this.#target = target;
    this.#totals = totals;
    this.#tally = tally;
    this.#use = use;
    this.#events = events;
  }

  /** Whether a request waits for its answer. */
  get busy(): boolean {
    return this.#inFlight !== null;
  }

  /** Opens the TCP connection ahead of the first request. */
  connect(): void {
    this.#link ??= this.#open();
  }

  /**
   * Sends a request; the one before it must have been answered or have failed.
   *
   * @param payloadBytes of the body, so much is payload.
   */
  request(
    head: string,
    body: Buffer | null = null,
    payloadBytes = body?.length ?? 0,
    complete: Complete = AS_IT_IS,
  ): void {
    this.#inFlight = head;
    this.#hasBody = body !== null;
    this.#link ??= this.#open();
    this.#tally.up('headers', head.length);
    if (body !== null) {
      this.#tally.up('payload', payloadBytes);
      this.#tally.up('framing', body.length - payloadBytes);
    }
    this.#link.write(head, body, complete);
  }

  /** Ends the connection; nothing is reported any more. The owner settles what the tally holds. */
  close(): void {
    this.#inFlight = null;
    this.#drop();
  }

  onOpen(): void {
    this.#events.onOpen();
  }

  onAnswer(answer: Answer): void {
    if (this.#inFlight === null) {
      // Nobody asked: a server that says 408 before it ends an idle connection.
      this.#tally.discardDown(answer.end - answer.start);
      this.#tally.settle(false);
      this.#drop();
      this.#events.onIdleEnd();
      return;
    }
    this.#inFlight = null;
    if (!this.#use.reuse || this.#link?.persistent !== true) this.#drop();
    this.#events.onAnswer(answer);
  }

  onOver(over: Over): void {
    const head = this.#inFlight;
    const link = this.#link;
    this.#drop();
    if (head === null && link?.opened === true) {
      this.#events.onIdleEnd();
      return;
    }
    this.#inFlight = null;
    const crossed = link !== null && link.answers > 0 && link.quiet;
    if (head !== null && !this.#hasBody && crossed && this.#use.repeats) this.request(head);
    else this.#events.onFailure(over);
  }

  #open(): HttpLink {
    return new HttpLink(this.#target, this.#totals, this.#tally, this.#use.reuse, this);
  }

  #drop(): void {
    this.#link?.end();
    this.#link = null;
  }
}

const AS_IT_IS: Complete = () => {};

import { BodyCollector } from './body-collector.ts';
import { HttpResponseDecoder, type ResponseEvents } from './http-response.ts';
import type { Tally } from './ledger.ts';
import { ProtocolError } from './protocol-error.ts';
import type { ResponseHeaders } from './response-head.ts';
import { type SocketTotals, type Target, WireSocket } from './socket.ts';

/** A complete answer; the body is a view that is valid only during the call. */
export interface Answer {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly body: Buffer;
  readonly start: number;
  readonly end: number;
  /** First statement of the I/O callback that brought the last byte. */
  readonly receivedUs: number;
}

/** What the owner of a connection learns. */
export interface ConnectionEvents {
  /** A TCP connection is there. */
  onOpen(): void;
  /** The answer to the request in flight; the next request may be made at once. */
  onAnswer(answer: Answer): void;
  /** The connection could not be opened, or the request in flight will get no answer. */
  onFailure(reason: string): void;
}

/** A request, as it was or will be written. */
interface Request {
  readonly head: string;
  readonly body: Buffer | null;
}

/** A longer body is refused, as soon as it is announced; 10,000 frames of 6 KiB fit. */
const MAX_BODY_BYTES = 64 << 20;

/**
 * One request at a time on one TCP connection at a time, which is opened when needed: at first,
 * after the server ended it, and, if it is not to be reused, for every request.
 *
 * The bytes of the exchange are noted in its tally: heads in `headers`, the request's body in
 * `payload`, chunk sizes in `framing`. The answer's body is left to the owner, who knows how
 * much of it is payload, and who settles the tally.
 */
export class HttpConnection {
  readonly #target: Target;
  readonly #totals: SocketTotals;
  readonly #tally: Tally;
  readonly #reuse: boolean;
  readonly #events: ConnectionEvents;
  #link: HttpLink | null = null;
  #inFlight: Request | null = null;

  constructor(target: Target, totals: SocketTotals, tally: Tally, reuse: boolean, events: ConnectionEvents) {
    this.#target = target;
    this.#totals = totals;
    this.#tally = tally;
    this.#reuse = reuse;
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

  /** Sends a request; the one before it must have been answered or have failed. */
  request(head: string, body: Buffer | null = null): void {
    this.#inFlight = { head, body };
    this.#link ??= this.#open();
    this.#tally.up('headers', head.length);
    if (body !== null) this.#tally.up('payload', body.length);
    this.#link.write(head, body);
  }

  /** Ends the connection; nothing is reported any more. The owner settles what the tally holds. */
  close(): void {
    this.#inFlight = null;
    this.#drop();
  }

  #open(): HttpLink {
    const link: HttpLink = new HttpLink(this.#target, this.#totals, this.#tally, {
      onOpen: () => this.#events.onOpen(),
      onAnswer: (answer) => {
        if (this.#inFlight === null) {
          // Nobody asked: a server that says 408 before it ends an idle connection.
          this.#tally.discardDown(answer.end - answer.start);
          this.#tally.settle(false);
          this.#drop();
          return;
        }
        this.#inFlight = null;
        if (!this.#reuse || !link.persistent) this.#drop();
        this.#events.onAnswer(answer);
      },
      onOver: (reason) => {
        const request = this.#inFlight;
        this.#drop();
        if (request === null && link.opened) return;
        this.#inFlight = null;
        // RFC 9112 §9.3.1: a server may end an idle connection at any time; when that crosses a
        // request that may be repeated, it is repeated once, on a new connection.
        if (request !== null && request.body === null && link.answers > 0 && link.quiet) {
          this.request(request.head);
          return;
        }
        this.#events.onFailure(reason);
      },
    });
    return link;
  }

  #drop(): void {
    this.#link?.end();
    this.#link = null;
  }
}

/** What one TCP connection tells the {@link HttpConnection} that uses it. */
interface LinkEvents {
  onOpen(): void;
  onAnswer(answer: Answer): void;
  onOver(reason: string): void;
}

/** One TCP connection: its socket, its decoder, and the answer that is coming in. */
class HttpLink {
  opened = false;
  /** Answers that it has brought. */
  answers = 0;
  /** Nothing has come since the last answer. */
  quiet = true;
  readonly #socket: WireSocket;
  readonly #decoder: HttpResponseDecoder;
  readonly #tally: Tally;
  readonly #events: LinkEvents;
  readonly #body = new BodyCollector();
  #status = 0;
  #headers: ResponseHeaders | null = null;
  #receivedUs = 0;
  /** Bytes that came and that the decoder has not accounted for yet. */
  #undecoded = 0;
  #over = false;

  constructor(target: Target, totals: SocketTotals, tally: Tally, events: LinkEvents) {
    this.#tally = tally;
    this.#events = events;
    // What follows an answer in its segment when the link is over has been booked as a whole.
    const told: ResponseEvents = {
      onHead: (status, headers, headBytes) => {
        if (this.#over) return;
        this.#status = status;
        this.#headers = headers;
        this.#undecoded -= headBytes;
        tally.down('headers', headBytes);
      },
      onBody: (bytes, start, end) => {
        if (this.#over) return;
        this.#undecoded -= end - start;
        this.#body.add(bytes, start, end);
      },
      onFraming: (byteCount) => {
        if (this.#over) return;
        this.#undecoded -= byteCount;
        tally.down('framing', byteCount);
      },
      onChunkEnd: () => {},
      onEnd: () => this.#answered(),
    };
    this.#decoder = new HttpResponseDecoder(told, { maxBodyBytes: MAX_BODY_BYTES });
    this.#socket = new WireSocket(target, totals, {
      onConnect: () => {
        this.opened = true;
        events.onOpen();
      },
      onData: (bytes, end, receivedUs) => this.#receive(bytes, end, receivedUs),
      onClose: (reason) => this.#closed(reason),
    });
  }

  /** Whether it may carry another exchange. */
  get persistent(): boolean {
    return this.#decoder.keepAlive;
  }

  write(head: string, body: Buffer | null): void {
    this.quiet = true;
    if (body === null) this.#socket.write(head);
    else this.#socket.writeTogether(head, body);
  }

  /** Ends it at once and books what belongs to no complete answer. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.destroy();
    this.#tally.discardDown(this.#undecoded + this.#body.length);
    this.#body.take();
  }

  #receive(bytes: Buffer, end: number, receivedUs: number): void {
    this.quiet = false;
    this.#receivedUs = receivedUs;
    this.#undecoded += end;
    try {
      this.#decoder.decode(bytes, 0, end);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (!this.#over) this.#events.onOver(error.message);
      return;
    }
    this.#body.keep();
  }

  #answered(): void {
    const headers = this.#headers;
    if (this.#over || headers === null) return;
    this.answers += 1;
    const { bytes: body, start, end } = this.#body.take();
    this.#events.onAnswer({ status: this.#status, headers, body, start, end, receivedUs: this.#receivedUs });
  }

  #closed(reason: string | null): void {
    try {
      // The end of the connection may be the end of the body; then this brings the answer. A
      // connection that broke has no such end (RFC 9112 §8).
      if (reason === null) this.#decoder.close();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
    if (!this.#over) this.#events.onOver(reason ?? 'the server ended the connection before its answer');
  }
}

import { BodyCollector } from './body-collector.ts';
import { DEFAULT_LIMITS, HttpResponseDecoder, type ResponseEvents } from './http-response.ts';
import type { Tally } from './ledger.ts';
import { type Over, ProtocolError } from './protocol-error.ts';
import type { ResponseHeaders } from './response-head.ts';
import { type SocketEvents, WireSocket } from './socket.ts';
import type { SocketTotals } from './socket-totals.ts';
import type { Target } from './target.ts';

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

/** Called with head and body in one, and where the body begins, just before they are written. */
export type Complete = (bytes: Buffer, start: number) => void;

/** A longer body is refused, as soon as it is announced or has been inflated to it; 10,000 frames of 6 KiB fit. */
export const MAX_BODY_BYTES = 64 << 20;
const LIMITS = { ...DEFAULT_LIMITS, maxBodyBytes: MAX_BODY_BYTES };

const NO_BODY = { bytes: Buffer.alloc(0), start: 0, end: 0 };

/** What one TCP connection tells its owner. */
export interface LinkEvents {
  onOpen(): void;
  onAnswer(answer: Answer): void;
  onOver(over: Over): void;
}

/** One TCP connection: its socket, its decoder, and the answer that is coming in. */
export class HttpLink implements SocketEvents, ResponseEvents {
  opened = false;
  /** Answers that it has brought. */
  answers = 0;
  /** Nothing has come since the last answer. */
  quiet = true;
  readonly #socket: WireSocket;
  readonly #decoder: HttpResponseDecoder;
  readonly #tally: Tally;
  readonly #reuse: boolean;
  readonly #events: LinkEvents;
  /** There from the first answer on that does not come as a whole. */
  #body: BodyCollector | null = null;
  #status = 0;
  #headers: ResponseHeaders | null = null;
  #receivedUs = 0;
  /** Bytes that came and that the decoder has not accounted for yet. */
  #undecoded = 0;
  #over = false;

  constructor(target: Target, totals: SocketTotals, tally: Tally, reuse: boolean, events: LinkEvents) {
    this.#tally = tally;
    this.#reuse = reuse;
    this.#events = events;
    this.#decoder = new HttpResponseDecoder(this, LIMITS);
    this.#socket = new WireSocket(target, totals, this);
  }

  /** Whether it may carry another exchange. */
  get persistent(): boolean {
    return this.#decoder.keepAlive;
  }

  /** Sends the head, and with it the body, in one segment: two writes would meet Nagle and delayed acknowledgements. */
  write(head: string, body: Buffer | null, complete: Complete): void {
    this.quiet = true;
    if (body === null) this.#socket.write(head);
    else {
      const bytes = Buffer.concat([Buffer.from(head, 'latin1'), body]);
      complete(bytes, head.length);
      this.#socket.write(bytes);
    }
    this.#tally.up('tls', this.#socket.takeRecords('up'));
  }

  /** Ends it at once and books what belongs to no complete answer. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.destroy();
    this.#tally.discardDown(this.#undecoded + (this.#body?.length ?? 0));
    this.#body = null;
    const { up, down } = this.#socket.takeRest();
    this.#tally.connection(up, down, this.#reuse && this.persistent);
  }

  onConnect(): void {
    this.opened = true;
    this.#events.onOpen();
  }

  onData(bytes: Buffer, end: number, receivedUs: number): void {
    this.quiet = false;
    this.#receivedUs = receivedUs;
    this.#undecoded += end;
    this.#tally.down('tls', this.#socket.takeRecords('down'));
    try {
      const whole = this.#decoder.takeWhole(bytes, 0, end);
      if (whole !== null) {
        const { status, headers, byteCount } = whole;
        this.#undecoded -= end;
        this.#tally.down('headers', byteCount);
        this.answers += 1;
        this.#events.onAnswer({ status, headers, body: bytes, start: byteCount, end, receivedUs });
        return;
      }
      this.#decoder.decode(bytes, 0, end);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      if (!this.#over) this.#events.onOver({ kind: 'wrong', reason: error.message });
      return;
    }
    this.#body?.keep();
  }

  // What follows an answer in its segment when the link is over has been booked as a whole.

  onHead(status: number, headers: ResponseHeaders, headBytes: number): void {
    if (this.#over) return;
    this.#status = status;
    this.#headers = headers;
    this.#undecoded -= headBytes;
    this.#tally.down('headers', headBytes);
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    if (this.#over) return;
    this.#undecoded -= end - start;
    this.#body ??= new BodyCollector();
    this.#body.add(bytes, start, end);
  }

  onFraming(byteCount: number): void {
    if (this.#over) return;
    this.#undecoded -= byteCount;
    this.#tally.down('framing', byteCount);
  }

  onChunkEnd(): void {}

  onEnd(): void {
    const headers = this.#headers;
    if (this.#over || headers === null) return;
    this.answers += 1;
    const { bytes: body, start, end } = this.#body?.take() ?? NO_BODY;
    this.#events.onAnswer({ status: this.#status, headers, body, start, end, receivedUs: this.#receivedUs });
  }

  onClose(reason: string | null): void {
    try {
      // The end of the connection may be the end of the body; then this brings the answer. A
      // connection that broke has no such end (RFC 9112 §8).
      if (reason === null) this.#decoder.close();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
    }
    if (this.#over) return;
    this.#events.onOver({
      kind: 'lost',
      reason: reason ?? 'the server ended the connection before its answer',
    });
  }
}

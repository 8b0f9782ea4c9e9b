import { Carry, carriedBytes } from './carry.ts';
import { bodyTooLarge, type ChunkEvents, ChunkedBodyDecoder } from './chunked-body.ts';
import { ProtocolError } from './protocol-error.ts';
import { findHeadEnd, type ResponseHead, type ResponseHeaders, readResponseHead } from './response-head.ts';

/**
 * What a decoder of responses tells. Every byte consumed is told in exactly one of `onHead`,
 * `onBody` and `onFraming`.
 */
export interface ResponseEvents extends ChunkEvents {
  /**
   * A final head has come. `headBytes` counts it from status line to blank line, inclusive, and
   * the interim (1xx) heads before it. Behind a 101 nothing more is told.
   */
  onHead(status: number, headers: ResponseHeaders, headBytes: number): void;
  /** The message is complete. */
  onEnd(): void;
}

export interface ResponseLimits {
  /** Largest head, interim heads before it included; also the largest chunk-size line and trailer section. */
  readonly maxHeadBytes: number;
  /** Longest body. A longer one is refused as soon as its length or the chunk that exceeds it is announced. */
  readonly maxBodyBytes: number;
}

/**
 * Browsers allow heads of 256 KiB, Node of 16 KiB; no answer to a benchmark has a reason for more
 * than this. Bodies are passed on, so only an owner who collects them needs a limit.
 */
export const DEFAULT_LIMITS: ResponseLimits = {
  maxHeadBytes: 65_536,
  maxBodyBytes: Number.POSITIVE_INFINITY,
};

type State = 'head' | 'length-body' | 'chunked-body' | 'until-close-body' | 'upgraded' | 'closed';

const CR = 13;
const LF = 10;

/**
 * Decodes the responses of one HTTP/1.1 connection (RFC 9112) to GET and POST requests, in
 * segments of any size. Bodies are passed on as they come, never stored.
 */
export class HttpResponseDecoder {
  readonly #events: ResponseEvents;
  readonly #limits: ResponseLimits;
  /** There from the first chunked body on: most connections never have one. */
  #chunks: ChunkedBodyDecoder | null = null;
  /** The beginning of a head whose end is in a later segment; most connections never have one. */
  #carry: Carry | null = null;
  #state: State = 'head';
  #keepAlive = true;
  /** Bytes of interim heads before the final one. */
  #interimBytes = 0;
  /** Bytes still to come of a body with a length; that may still come of one that the connection's end ends. */
  #remaining = 0;

  constructor(events: ResponseEvents, limits = DEFAULT_LIMITS) {
    this.#events = events;
    this.#limits = limits;
  }

  /** True between messages: nothing of a response is outstanding that has begun. */
  get idle(): boolean {
    if (this.#state === 'head') return this.#interimBytes === 0 && carriedBytes(this.#carry) === 0;
    return this.#state === 'closed';
  }

  /** What the latest head says: whether the connection stays open behind its message. */
  get keepAlive(): boolean {
    return this.#keepAlive;
  }

  /**
   * Consumes `buffer` from `start` to `end`, or to the end of a 101 head: what follows one is
   * another protocol's, now and in every later call.
   *
   * @returns the first position not consumed.
   * @throws ProtocolError if the peer breaks the protocol; the decoder must not be used after.
   */
  decode(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.#state !== 'upgraded') {
      switch (this.#state) {
        case 'head':
          at = this.#readHead(buffer, at, end);
          break;
        case 'length-body':
          at = this.#passBody(buffer, at, end);
          break;
        case 'chunked-body':
          at = this.#chunked().decode(buffer, at, end);
          if (this.#chunked().done) this.#endMessage();
          break;
        case 'until-close-body':
          if (end - at > this.#remaining) throw bodyTooLarge(this.#limits.maxBodyBytes);
          this.#remaining -= end - at;
          this.#events.onBody(buffer, at, end);
          at = end;
          break;
        case 'closed':
          throw new ProtocolError(
            'http-after-close',
            `${end - at} bytes behind the message that was to be the last of its connection`,
          );
      }
    }
    return at;
  }

  /**
   * Takes a response that is all there is from `start` to `end`, a head and a body with a length, if nothing of
   * another has begun. Nearly every answer to a poll is such a one, and needs no state to be kept.
   *
   * @returns its head, behind which its body goes on to `end`; `null`, and nothing is consumed: {@link decode} it.
   * @throws ProtocolError as {@link decode} does.
   */
  takeWhole(buffer: Buffer, start: number, end: number): ResponseHead | null {
    if (this.#state !== 'head' || this.#interimBytes > 0 || carriedBytes(this.#carry) > 0) return null;
    const head = readResponseHead(buffer, start, end);
    if (head === null || head.body.kind !== 'length') return null;
    const { maxHeadBytes, maxBodyBytes } = this.#limits;
    const { bytes } = head.body;
    if (start + head.byteCount + bytes !== end || head.byteCount > maxHeadBytes || bytes > maxBodyBytes)
      return null;
    this.#keepAlive = head.keepAlive;
    if (!head.keepAlive) this.#state = 'closed';
    return head;
  }

  /**
   * The peer ended the connection. That is the end of a body that has no other, and nothing
   * special between messages or behind a 101.
   *
   * @throws ProtocolError `http-closed-early` in the middle of a message.
   */
  close(): void {
    if (this.#state === 'until-close-body') {
      this.#endMessage();
    } else if (!this.idle && this.#state !== 'upgraded') {
      throw new ProtocolError(
        'http-closed-early',
        `the connection ended within a response, in its ${this.#state}`,
      );
    }
    if (this.#state !== 'upgraded') this.#state = 'closed';
  }

  #readHead(buffer: Buffer, start: number, end: number): number {
    const known = carriedBytes(this.#carry);
    if (known === 0) {
      const head = readResponseHead(buffer, start, end);
      if (head !== null) {
        this.#beginMessage(head);
        return start + head.byteCount;
      }
    }
    this.#carry ??= new Carry();
    const carry = this.#carry;
    const room = this.#limits.maxHeadBytes - this.#interimBytes - known;
    carry.append(buffer, start, Math.min(end, start + room));
    const headEnd = findHeadEnd(carry.bytes, Math.max(0, known - 3), carry.length);
    if (headEnd === -1) {
      if (end - start >= room) this.#failTooLarge();
      refuseBareLineFeeds(carry, known);
      return end;
    }
    const head = readResponseHead(carry.bytes, 0, headEnd);
    if (head === null) throw new Error('a head whose end was found cannot be incomplete');
    carry.clear();
    this.#beginMessage(head);
    return start + headEnd - known;
  }

  #beginMessage(head: ResponseHead): void {
    const headBytes = this.#interimBytes + head.byteCount;
    if (headBytes > this.#limits.maxHeadBytes) this.#failTooLarge();
    if (head.status < 200 && head.status !== 101) {
      this.#interimBytes = headBytes;
      return;
    }
    this.#interimBytes = 0;
    this.#keepAlive = head.keepAlive;
    this.#state = STATE_AFTER_HEAD[head.status === 101 ? 'upgrade' : head.body.kind];
    const { maxBodyBytes } = this.#limits;
    const announced = head.body.kind === 'length' ? head.body.bytes : 0;
    if (announced > maxBodyBytes) throw bodyTooLarge(maxBodyBytes);
    this.#remaining = head.body.kind === 'until-close' ? maxBodyBytes : announced;
    if (this.#state === 'chunked-body') this.#chunked().begin();
    this.#events.onHead(head.status, head.headers, headBytes);
    if (this.#state === 'length-body' && this.#remaining === 0) this.#endMessage();
  }

  #chunked(): ChunkedBodyDecoder {
    const { maxHeadBytes, maxBodyBytes } = this.#limits;
    this.#chunks ??= new ChunkedBodyDecoder(this.#events, { maxLineBytes: maxHeadBytes, maxBodyBytes });
    return this.#chunks;
  }

  #endMessage(): void {
    this.#state = this.#keepAlive ? 'head' : 'closed';
    this.#events.onEnd();
  }

  #passBody(buffer: Buffer, start: number, end: number): number {
    const bodyEnd = Math.min(end, start + this.#remaining);
    this.#remaining -= bodyEnd - start;
    this.#events.onBody(buffer, start, bodyEnd);
    if (this.#remaining === 0) this.#endMessage();
    return bodyEnd;
  }

  #failTooLarge(): never {
    throw new ProtocolError('http-head-too-large', `a head of more than ${this.#limits.maxHeadBytes} bytes`);
  }
}

const STATE_AFTER_HEAD = {
  upgrade: 'upgraded',
  none: 'length-body',
  length: 'length-body',
  chunked: 'chunked-body',
  'until-close': 'until-close-body',
} as const satisfies Record<ResponseHead['body']['kind'] | 'upgrade', State>;

/** A head with bare line feeds never gets its CRLF CRLF: waiting for that would look like a slow server. */
function refuseBareLineFeeds({ bytes, length }: Carry, from: number): void {
  for (let at = from; at < length; at += 1) {
    if (bytes[at] === LF && bytes[at - 1] !== CR) {
      throw new ProtocolError('http-bad-head', 'a line of the head ends in LF without CR');
    }
  }
}

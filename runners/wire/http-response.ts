import { Carry } from './carry.ts';
import { ProtocolError } from './protocol-error.ts';
import {
  findHeadEnd,
  isTrailerLine,
  type ResponseHead,
  type ResponseHeaders,
  readResponseHead,
} from './response-head.ts';

/** What a decoder of responses tells. Every byte consumed is told in exactly one of the first three. */
export interface ResponseEvents {
  /**
   * A final head has come. `headBytes` counts it from status line to blank line, inclusive, and
   * the interim (1xx) heads before it. Behind a 101 nothing more is told.
   */
  onHead(status: number, headers: ResponseHeaders, headBytes: number): void;
  /** A part of the body: a view that is valid only during the call. */
  onBody(bytes: Buffer, start: number, end: number): void;
  /** Chunk-size lines, the CRLF behind a chunk's data, the trailer section. Comes in parts. */
  onFraming(byteCount: number): void;
  /** A chunk is complete, its CRLF included. Not called for the chunk of size 0 that ends a body. */
  onChunkEnd(): void;
  /** The message is complete. */
  onEnd(): void;
}

export interface ResponseLimits {
  /** Largest head, interim heads before it included; also the largest chunk-size line and trailer section. */
  readonly maxHeadBytes: number;
}

/** Browsers allow 256 KiB, Node 16 KiB; no answer to a benchmark has a reason for more than this. */
const DEFAULT_LIMITS: ResponseLimits = { maxHeadBytes: 65_536 };

type State =
  | 'head'
  | 'length-body'
  | 'until-close-body'
  | 'chunk-size'
  | 'chunk-data'
  | 'chunk-crlf'
  | 'trailers'
  | 'upgraded'
  | 'closed';

const CR = 13;
const LF = 10;
const CHUNK_LINE = /^([0-9a-f]{1,13})[ \t]*(?:;[^\r\n\0]*)?\r\n$/i;
/** The value of a hexadecimal digit by its byte; -1 for every other byte. */
const HEX = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Decodes the responses of one HTTP/1.1 connection (RFC 9112) to GET and POST requests, in
 * segments of any size. Bodies are passed on as they come, never stored.
 */
export class HttpResponseDecoder {
  readonly #events: ResponseEvents;
  readonly #maxHeadBytes: number;
  /** The beginning of a head or line whose end is in a later segment. */
  readonly #carry = new Carry();
  #state: State = 'head';
  #keepAlive = true;
  /** Bytes of interim heads before the final one. */
  #interimBytes = 0;
  /** Bytes still to come of a body with a length, or of a chunk's data. */
  #remaining = 0;
  #trailerBytes = 0;

  constructor(events: ResponseEvents, limits: ResponseLimits = DEFAULT_LIMITS) {
    this.#events = events;
    this.#maxHeadBytes = limits.maxHeadBytes;
  }

  /** True between messages: nothing of a response is outstanding that has begun. */
  get idle(): boolean {
    if (this.#state === 'head') return this.#interimBytes === 0 && this.#carry.length === 0;
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
          at = this.#passData(buffer, at, end);
          if (this.#remaining === 0) this.#endMessage();
          break;
        case 'chunk-size':
          at = this.#readChunkSize(buffer, at, end);
          break;
        case 'chunk-data':
          at = this.#passData(buffer, at, end);
          if (this.#remaining === 0) this.#state = 'chunk-crlf';
          break;
        case 'chunk-crlf':
          at = this.#readChunkCrlf(buffer, at, end);
          break;
        case 'trailers':
          at = this.#readTrailer(buffer, at, end);
          break;
        case 'until-close-body':
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
        `the connection ended within a response (${this.#state}, ${this.#remaining} bytes of data missing)`,
      );
    }
    if (this.#state !== 'upgraded') this.#state = 'closed';
  }

  #readHead(buffer: Buffer, start: number, end: number): number {
    const carry = this.#carry;
    const known = carry.length;
    if (known === 0) {
      const head = readResponseHead(buffer, start, end);
      if (head !== null) {
        this.#beginMessage(head);
        return start + head.byteCount;
      }
    }
    const room = this.#maxHeadBytes - this.#interimBytes - known;
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
    if (headBytes > this.#maxHeadBytes) this.#failTooLarge();
    if (head.status < 200 && head.status !== 101) {
      this.#interimBytes = headBytes;
      return;
    }
    this.#interimBytes = 0;
    this.#keepAlive = head.keepAlive;
    this.#state = STATE_AFTER_HEAD[head.status === 101 ? 'upgrade' : head.body.kind];
    this.#remaining = head.body.kind === 'length' ? head.body.bytes : 0;
    this.#events.onHead(head.status, head.headers, headBytes);
    if (this.#state === 'length-body' && this.#remaining === 0) this.#endMessage();
  }

  #endMessage(): void {
    this.#state = this.#keepAlive ? 'head' : 'closed';
    this.#events.onEnd();
  }

  #passData(buffer: Buffer, start: number, end: number): number {
    const dataEnd = Math.min(end, start + this.#remaining);
    this.#remaining -= dataEnd - start;
    this.#events.onBody(buffer, start, dataEnd);
    return dataEnd;
  }

  #readChunkSize(buffer: Buffer, start: number, end: number): number {
    // A bare size within one segment is read in place: with one chunk per event, a string and a
    // regular expression for each would cost more than decoding the event.
    if (this.#carry.length === 0) {
      let size = 0;
      let at = start;
      for (; at < end; at += 1) {
        const digit = HEX[buffer[at] ?? 0] ?? -1;
        if (digit === -1) break;
        size = size * 16 + digit;
      }
      const digits = at - start;
      if (digits > 0 && digits <= 13 && at + 1 < end && buffer[at] === CR && buffer[at + 1] === LF) {
        this.#beginChunk(size, digits + 2);
        return at + 2;
      }
    }
    const line = this.#takeLine(buffer, start, end, 'http-bad-chunk');
    if (line === null) return end;
    const [, digits] = CHUNK_LINE.exec(line.text) ?? [];
    if (digits === undefined) {
      throw new ProtocolError(
        'http-bad-chunk',
        `not a chunk size: ${JSON.stringify(line.text.slice(0, 200))}`,
      );
    }
    this.#beginChunk(Number.parseInt(digits, 16), line.text.length);
    return line.end;
  }

  #beginChunk(size: number, lineBytes: number): void {
    this.#remaining = size;
    this.#trailerBytes = 0;
    this.#state = size === 0 ? 'trailers' : 'chunk-data';
    this.#events.onFraming(lineBytes);
  }

  #readChunkCrlf(buffer: Buffer, start: number, end: number): number {
    let next = start + 2;
    if (this.#carry.length > 0 || next > end || buffer[start] !== CR || buffer[start + 1] !== LF) {
      const line = this.#takeLine(buffer, start, end, 'http-bad-chunk');
      if (line === null) return end;
      if (line.text !== '\r\n') {
        throw new ProtocolError(
          'http-bad-chunk',
          `a chunk is longer than its size: ${JSON.stringify(line.text.slice(0, 200))} follows it`,
        );
      }
      next = line.end;
    }
    this.#state = 'chunk-size';
    this.#events.onFraming(2);
    this.#events.onChunkEnd();
    return next;
  }

  #readTrailer(buffer: Buffer, start: number, end: number): number {
    const line = this.#takeLine(buffer, start, end, 'http-bad-trailer');
    if (line === null) return end;
    this.#trailerBytes += line.text.length;
    if (this.#trailerBytes > this.#maxHeadBytes) this.#failTooLarge();
    const last = line.text === '\r\n';
    if (!last && !isTrailerLine(line.text)) {
      throw new ProtocolError('http-bad-trailer', `not a field: ${JSON.stringify(line.text.slice(0, 200))}`);
    }
    this.#events.onFraming(line.text.length);
    if (last) this.#endMessage();
    return line.end;
  }

  /** One line up to and with its LF, and the position behind it; `null` while it is incomplete. */
  #takeLine(
    buffer: Buffer,
    start: number,
    end: number,
    fault: 'http-bad-chunk' | 'http-bad-trailer',
  ): { text: string; end: number } | null {
    const carry = this.#carry;
    const lineFeed = buffer.indexOf(LF, start);
    const complete = lineFeed !== -1 && lineFeed < end;
    const lineEnd = complete ? lineFeed + 1 : end;
    if (carry.length + lineEnd - start > this.#maxHeadBytes) {
      throw new ProtocolError(fault, `a line of more than ${this.#maxHeadBytes} bytes`);
    }
    carry.append(buffer, start, lineEnd);
    if (!complete) return null;
    const text = carry.bytes.toString('latin1', 0, carry.length);
    carry.clear();
    return { text, end: lineEnd };
  }

  #failTooLarge(): never {
    throw new ProtocolError('http-head-too-large', `a head of more than ${this.#maxHeadBytes} bytes`);
  }
}

const STATE_AFTER_HEAD = {
  upgrade: 'upgraded',
  none: 'length-body',
  length: 'length-body',
  chunked: 'chunk-size',
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

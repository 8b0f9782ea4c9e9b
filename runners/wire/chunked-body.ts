import { Carry, carriedBytes } from './carry.ts';
import { ProtocolError, quoted } from './protocol-error.ts';
import { isTrailerLine } from './response-head.ts';

/** What a chunked body consists of. Every byte consumed is told once, as data or as framing. */
export interface ChunkEvents {
  /** A part of a chunk's data: a view that is valid only during the call. */
  onBody(bytes: Buffer, start: number, end: number): void;
  /** Chunk-size lines, the CRLF behind a chunk's data, the trailer section. Comes in parts. */
  onFraming(byteCount: number): void;
  /** A chunk is complete, its CRLF included. Not called for the chunk of size 0 that ends a body. */
  onChunkEnd(): void;
}

const CR = 13;
const LF = 10;
/** 13 hexadecimal digits stay below 2^53. */
const MAX_DIGITS = 13;
const CHUNK_LINE = /^([0-9a-f]{1,13})[ \t]*(?:;[^\r\n\0]*)?\r\n$/i;

/** The value of a hexadecimal digit by its byte; -1 for every other byte. */
const HEX = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

export interface ChunkLimits {
  /** The longest line, and the longest trailer section. */
  readonly maxLineBytes: number;
  /** The longest body, its chunks' data added up. */
  readonly maxBodyBytes: number;
}

/** Decodes the bodies in chunked transfer coding (RFC 9112 §7.1) of one connection, one after the other. */
export class ChunkedBodyDecoder {
  readonly #events: ChunkEvents;
  readonly #maxLineBytes: number;
  readonly #maxBodyBytes: number;
  /** The beginning of a line whose end is in a later segment. */
  #line: Carry | null = null;
  #state: 'size' | 'data' | 'crlf' | 'trailers' | 'done' = 'size';
  /** Bytes still to come of a chunk's data. */
  #remaining = 0;
  /** Bytes of data in the body's chunks so far, as announced. */
  #bodyBytes = 0;
  #trailerBytes = 0;

  constructor(events: ChunkEvents, { maxLineBytes, maxBodyBytes }: ChunkLimits) {
    this.#events = events;
    this.#maxLineBytes = maxLineBytes;
    this.#maxBodyBytes = maxBodyBytes;
  }

  /** True behind the last line of a body. */
  get done(): boolean {
    return this.#state === 'done';
  }

  /** Begins another body. */
  begin(): void {
    this.#state = 'size';
    this.#bodyBytes = 0;
    this.#trailerBytes = 0;
  }

  /**
   * Consumes `buffer` from `start` to `end`, or to the end of the body.
   *
   * @returns the first position not consumed.
   * @throws ProtocolError if the body is malformed.
   */
  decode(buffer: Buffer, start: number, end: number): number {
    let at = start;
    while (at < end && this.#state !== 'done') {
      switch (this.#state) {
        case 'size':
          at = this.#readSize(buffer, at, end);
          break;
        case 'data':
          at = this.#passData(buffer, at, end);
          break;
        case 'crlf':
          at = this.#readCrlf(buffer, at, end);
          break;
        case 'trailers':
          at = this.#readTrailer(buffer, at, end);
          break;
      }
    }
    return at;
  }

  #readSize(buffer: Buffer, start: number, end: number): number {
    // A bare size within one segment is read in place: with one chunk per event, a string and a
    // regular expression for each would cost more than decoding the event.
    if (carriedBytes(this.#line) === 0) {
      let size = 0;
      let at = start;
      for (; at < end; at += 1) {
        const digit = HEX[buffer[at] ?? 0] ?? -1;
        if (digit === -1) break;
        size = size * 16 + digit;
      }
      const digits = at - start;
      if (digits > 0 && digits <= MAX_DIGITS && at + 1 < end && buffer[at] === CR && buffer[at + 1] === LF) {
        this.#beginChunk(size, digits + 2);
        return at + 2;
      }
    }
    const line = this.#takeLine(buffer, start, end);
    if (line === null) return end;
    const [, digits] = CHUNK_LINE.exec(line.text) ?? [];
    if (digits === undefined)
      throw new ProtocolError('http-bad-chunk', `not a chunk size: ${quoted(line.text)}`);
    this.#beginChunk(Number.parseInt(digits, 16), line.text.length);
    return line.end;
  }

  #beginChunk(size: number, lineBytes: number): void {
    this.#bodyBytes += size;
    if (this.#bodyBytes > this.#maxBodyBytes) throw bodyTooLarge(this.#maxBodyBytes);
    this.#remaining = size;
    this.#state = size === 0 ? 'trailers' : 'data';
    this.#events.onFraming(lineBytes);
  }

  #passData(buffer: Buffer, start: number, end: number): number {
    const dataEnd = Math.min(end, start + this.#remaining);
    this.#remaining -= dataEnd - start;
    if (this.#remaining === 0) this.#state = 'crlf';
    this.#events.onBody(buffer, start, dataEnd);
    return dataEnd;
  }

  #readCrlf(buffer: Buffer, start: number, end: number): number {
    let next = start + 2;
    if (carriedBytes(this.#line) > 0 || next > end || buffer[start] !== CR || buffer[start + 1] !== LF) {
      const line = this.#takeLine(buffer, start, end);
      if (line === null) return end;
      if (line.text !== '\r\n') {
        throw new ProtocolError(
          'http-bad-chunk',
          `${quoted(line.text)} behind a chunk's data, which ends in CRLF`,
        );
      }
      next = line.end;
    }
    this.#state = 'size';
    this.#events.onFraming(2);
    this.#events.onChunkEnd();
    return next;
  }

  #readTrailer(buffer: Buffer, start: number, end: number): number {
    const line = this.#takeLine(buffer, start, end);
    if (line === null) return end;
    this.#trailerBytes += line.text.length;
    if (this.#trailerBytes > this.#maxLineBytes) {
      throw new ProtocolError('http-bad-trailer', `trailers of more than ${this.#maxLineBytes} bytes`);
    }
    if (line.text === '\r\n') {
      this.#state = 'done';
    } else if (!isTrailerLine(line.text)) {
      throw new ProtocolError('http-bad-trailer', `not a field: ${quoted(line.text)}`);
    }
    this.#events.onFraming(line.text.length);
    return line.end;
  }

  /** One line up to and with its LF, and the position behind it; `null` while it is incomplete. */
  #takeLine(buffer: Buffer, start: number, end: number): { text: string; end: number } | null {
    const lineFeed = buffer.indexOf(LF, start);
    const complete = lineFeed !== -1 && lineFeed < end;
    const lineEnd = complete ? lineFeed + 1 : end;
    this.#line ??= new Carry();
    if (this.#line.length + lineEnd - start > this.#maxLineBytes) {
      const fault = this.#state === 'trailers' ? 'http-bad-trailer' : 'http-bad-chunk';
      throw new ProtocolError(fault, `a line of more than ${this.#maxLineBytes} bytes`);
    }
    this.#line.append(buffer, start, lineEnd);
    if (!complete) return null;
    const text = this.#line.bytes.toString('latin1', 0, this.#line.length);
    this.#line.clear();
    return { text, end: lineEnd };
  }
}

/** The fault of a body that is longer than its reader wants. */
export function bodyTooLarge(maxBodyBytes: number): ProtocolError {
  return new ProtocolError('http-body-too-large', `a body of more than ${maxBodyBytes} bytes`);
}

import { ProtocolError, quoted } from './protocol-error.ts';

/** How the end of a body is found (RFC 9112 §6.3). */
export type BodyFraming =
  | { readonly kind: 'none' }
  | { readonly kind: 'length'; readonly bytes: number }
  | { readonly kind: 'chunked' }
  | { readonly kind: 'until-close' };

/** The head of one response, without the interim ones before it. */
export interface ResponseHead {
  /** Status line to blank line, inclusive. */
  readonly byteCount: number;
  readonly status: number;
  readonly headers: ResponseHeaders;
  /** False if the connection ends behind this message (RFC 9112 §9.3). */
  readonly keepAlive: boolean;
  readonly body: BodyFraming;
}

/** A response's header fields. Names are looked up in lower case. */
export class ResponseHeaders {
  readonly #text: string;
  #values: Map<string, string> | undefined;

  /** @param text - a checked head. */
  constructor(text: string) {
    this.#text = text;
  }

  /** The value of a field, several of one name joined with ", " (RFC 9110 §5.2). */
  get(lowerCaseName: string): string | undefined {
    this.#values ??= readFields(this.#text);
    return this.#values.get(lowerCaseName);
  }
}

function readFields(text: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split('\r\n').slice(1, -2)) {
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    const value = trimBlanks(line.slice(colon + 1));
    values.set(name, joined(values.get(name), value));
  }
  return values;
}

/**
 * Optional whitespace is space and tab only (RFC 9110 §5.6.3); `trim()` would take a no-break space
 * too, and an expression with `[ \t]+$` takes 16 s for 64 KiB of spaces within a value.
 */
function trimBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (isBlank(value.charCodeAt(start))) start += 1;
  while (end > start && isBlank(value.charCodeAt(end - 1))) end -= 1;
  return value.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

const BLANK_LINE = Buffer.from('\r\n\r\n');

/** Where the head that starts at or before `from` ends, behind its blank line; -1 if not before `end`. */
export function findHeadEnd(buffer: Buffer, from: number, end: number): number {
  const found = buffer.indexOf(BLANK_LINE, from);
  return found === -1 || found + BLANK_LINE.length > end ? -1 : found + BLANK_LINE.length;
}

const FIELD = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+:[^\\r\\n\\0]*\\r\\n";
const HEAD = new RegExp(`^HTTP/1\\.[01] [1-9]\\d\\d(?: [^\\r\\n\\0]*)?\\r\\n(?:${FIELD})*\\r\\n$`);
const TRAILER = new RegExp(`^${FIELD}$`);
const FRAMING_FIELD = /\n(?:content-length:([^\r]*)|transfer-encoding:([^\r]*)|connection:([^\r]*))/gi;
/** One number, or the same one several times (RFC 9110 §8.6). 15 digits stay below 2^53. */
const CONTENT_LENGTH = /^[ \t]*(\d{1,15})[ \t]*(?:,[ \t]*\1[ \t]*)*$/;
const CHUNKED = /^[ \t]*chunked[ \t]*$/i;
const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const KEEP_ALIVE = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i;

/** True for one line of a trailer section, with its CRLF. */
export function isTrailerLine(line: string): boolean {
  return TRAILER.test(line);
}

/**
 * The head parsed last. The answers of one server differ in little, so that within a second (the
 * resolution of `Date`) most heads of all connections are the same bytes: an answer whose head is
 * known takes 0.09 µs, any other 1.0 µs (`bench/codecs.bench.ts`).
 */
let latest: { readonly text: string; readonly head: ResponseHead } | undefined;

/**
 * Reads the head that starts at `start`.
 *
 * @returns `null` if the head is not complete before `end`.
 * @throws ProtocolError for a head that RFC 9112 does not allow or whose body has no certain end.
 */
export function readResponseHead(buffer: Buffer, start: number, end: number): ResponseHead | null {
  if (latest !== undefined) {
    const { text, head } = latest;
    if (start + text.length <= end && buffer.toString('latin1', start, start + text.length) === text) {
      return head;
    }
  }
  const headEnd = findHeadEnd(buffer, start, end);
  if (headEnd === -1) return null;
  const text = buffer.toString('latin1', start, headEnd);
  const head = parseHead(text);
  latest = { text, head };
  return head;
}

function parseHead(received: string): ResponseHead {
  let text = received;
  if (!HEAD.test(text)) {
    // A field folded over lines is obsolete, yet a user agent must read it (RFC 9112 §5.2).
    text = received.replace(/(?<!^[^\n]*)\r\n[ \t]+/g, ' ');
    if (!HEAD.test(text)) {
      throw new ProtocolError('http-bad-head', `not the head of an HTTP/1.1 response: ${quoted(received)}`);
    }
  }
  const { contentLength, transferEncoding, connection } = readFramingFields(text);
  const oldHttp = text.charCodeAt(7) === 0x30;
  const status = Number(text.slice(9, 12));
  const body = bodyFraming(status, oldHttp, contentLength, transferEncoding);
  const persists = oldHttp ? KEEP_ALIVE.test(connection) : !CLOSE.test(connection);
  return {
    byteCount: received.length,
    status,
    headers: new ResponseHeaders(text),
    keepAlive: persists && body.kind !== 'until-close',
    body,
  };
}

interface FramingFields {
  readonly contentLength: string | undefined;
  readonly transferEncoding: string | undefined;
  readonly connection: string;
}

/** The fields that say how a message ends, in one pass: a map of all fields would cost as much again. */
function readFramingFields(text: string): FramingFields {
  let contentLength: string | undefined;
  let transferEncoding: string | undefined;
  let connection = '';
  FRAMING_FIELD.lastIndex = 0;
  for (let match = FRAMING_FIELD.exec(text); match !== null; match = FRAMING_FIELD.exec(text)) {
    const [, length, coding, options] = match;
    if (length !== undefined) contentLength = joined(contentLength, length);
    else if (coding !== undefined) transferEncoding = joined(transferEncoding, coding);
    else connection += `,${options}`;
  }
  return { contentLength, transferEncoding, connection };
}

/** Fields of one name are one list (RFC 9110 §5.2). */
function joined(earlier: string | undefined, value: string): string {
  return earlier === undefined ? value : `${earlier}, ${value}`;
}

/** RFC 9112 §6.3; what it lets a recipient reject as an attack is rejected. */
function bodyFraming(
  status: number,
  oldHttp: boolean,
  contentLength: string | undefined,
  transferEncoding: string | undefined,
): BodyFraming {
  if (transferEncoding !== undefined) {
    if (oldHttp || contentLength !== undefined || !CHUNKED.test(transferEncoding)) {
      throw new ProtocolError(
        'http-bad-transfer-encoding',
        `only "chunked", in HTTP/1.1 and without a content-length, is understood: ` +
          `${quoted(transferEncoding)}, with the content-length ${quoted(contentLength ?? 'none')}`,
      );
    }
  }
  let bytes: number | undefined;
  if (contentLength !== undefined) {
    const [, digits] = CONTENT_LENGTH.exec(contentLength) ?? [];
    if (digits === undefined) {
      throw new ProtocolError(
        'http-bad-content-length',
        `not one decimal content-length: ${quoted(contentLength)}`,
      );
    }
    bytes = Number(digits);
  }
  if (status < 200 || status === 204 || status === 304) return { kind: 'none' };
  if (transferEncoding !== undefined) return { kind: 'chunked' };
  return bytes === undefined ? { kind: 'until-close' } : { kind: 'length', bytes };
}

import { ProtocolError } from './protocol-error.ts';

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
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return values;
}

/** Optional whitespace is space and tab only (RFC 9110 §5.6.3); `trim()` would take a no-break space too. */
function trimBlanks(value: string): string {
  return value.replace(/^[ \t]+|[ \t]+$/g, '');
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
const FRAMING_FIELD = /\n(content-length|transfer-encoding|connection):([^\r]*)/gi;

/** True for one line of a trailer section, with its CRLF. */
export function isTrailerLine(line: string): boolean {
  return TRAILER.test(line);
}

/**
 * The head parsed last. The answers of one server differ in little, so that within a second (the
 * resolution of `Date`) most heads of all connections are the same bytes: comparing costs 0.07 µs,
 * parsing 0.5 µs (`bench/codecs.bench.ts`).
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
      throw new ProtocolError(
        'http-bad-head',
        `not the head of an HTTP/1.1 response: ${JSON.stringify(received.slice(0, 200))}`,
      );
    }
  }
  const status = Number(text.slice(9, 12));
  const framing = { 'content-length': '', 'transfer-encoding': '', connection: '' };
  for (const [, name = '', value = ''] of text.matchAll(FRAMING_FIELD)) {
    framing[name.toLowerCase() as keyof typeof framing] += `,${value.toLowerCase()}`;
  }
  const oldHttp = text.charCodeAt(7) === 0x30;
  const body = bodyFraming(status, oldHttp, framing['content-length'], framing['transfer-encoding']);
  const options = listOf(framing.connection);
  const persists = !options.includes('close') && (!oldHttp || options.includes('keep-alive'));
  return {
    byteCount: received.length,
    status,
    headers: new ResponseHeaders(text),
    keepAlive: persists && body.kind !== 'until-close',
    body,
  };
}

/** Members of a comma-separated list, empty ones left out (RFC 9110 §5.6.1.2). */
function listOf(values: string): string[] {
  return values === '' ? [] : values.split(',').map(trimBlanks).filter(Boolean);
}

/** RFC 9112 §6.3; what it lets a recipient reject as an attack is rejected. */
function bodyFraming(
  status: number,
  oldHttp: boolean,
  contentLength: string,
  transferEncoding: string,
): BodyFraming {
  if (transferEncoding !== '') {
    if (oldHttp || contentLength !== '' || listOf(transferEncoding).join() !== 'chunked') {
      throw new ProtocolError(
        'http-bad-transfer-encoding',
        `only "chunked", in HTTP/1.1 and without a content-length, is understood: ` +
          JSON.stringify({ transferEncoding, contentLength }).slice(0, 200),
      );
    }
  }
  let bytes = -1;
  if (contentLength !== '') {
    const lengths = new Set(contentLength.slice(1).split(',').map(trimBlanks));
    const [length = ''] = lengths;
    // 15 digits stay below 2^53; nobody sends more in one body.
    if (lengths.size !== 1 || !/^\d{1,15}$/.test(length)) {
      throw new ProtocolError(
        'http-bad-content-length',
        `not one decimal content-length: ${JSON.stringify(contentLength.slice(1, 200))}`,
      );
    }
    bytes = Number(length);
  }
  if (status < 200 || status === 204 || status === 304) return { kind: 'none' };
  if (transferEncoding !== '') return { kind: 'chunked' };
  return bytes === -1 ? { kind: 'until-close' } : { kind: 'length', bytes };
}

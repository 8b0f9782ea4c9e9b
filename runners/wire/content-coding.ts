import { gunzipSync } from 'node:zlib';
import type { Compression } from '../../scenarios/schema.ts';
import { bodyTooLarge } from './chunked-body.ts';
import type { Answer } from './http-link.ts';
import { ProtocolError, quoted } from './protocol-error.ts';
import type { HeaderFields } from './request-head.ts';
import type { ResponseHeaders } from './response-head.ts';

/** What a client that takes compressed answers says with every request (RFC 9110 §12.5.3). */
export const ACCEPTS_GZIP = { 'Accept-Encoding': 'gzip' } as const;

/** Whether answers may come compressed: a scenario asks for it by name, or its own or the server's header fields do. */
export function takesCodings(compression: Compression, headers: HeaderFields): boolean {
  return compression !== 'none' || Object.keys(headers).some((name) => /^accept-encoding$/i.test(name));
}

/**
 * Whether a body is gzip; else it is as it is (RFC 9110 §8.4).
 *
 * @throws ProtocolError `http-bad-coding` for a coding that was not asked for.
 */
export function isGzip(headers: ResponseHeaders): boolean {
  const said = headers.get('content-encoding') ?? 'identity';
  const coding = said.toLowerCase();
  if (coding === 'identity') return false;
  // RFC 9110 §8.4.1.3 has both names.
  if (coding === 'gzip' || coding === 'x-gzip') return true;
  throw new ProtocolError('http-bad-coding', `the content coding is ${quoted(said)}, and gzip was asked for`);
}

/**
 * The answer with its body inflated.
 *
 * @throws ProtocolError `deflate-bad-data`, or `http-body-too-large` as soon as it is.
 */
export function gunzipped(answer: Answer, maxBodyBytes: number): Answer {
  try {
    const body = gunzipSync(answer.body.subarray(answer.start, answer.end), {
      maxOutputLength: maxBodyBytes,
    });
    return { ...answer, body, start: 0, end: body.length };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(maxBodyBytes);
    throw new ProtocolError('deflate-bad-data', `the body is not gzip: ${message}`);
  }
}

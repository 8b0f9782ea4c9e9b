import type { IncomingHttpHeaders } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { Broken } from '../verdict.ts';
import type { Answer } from './http.ts';
import { quoted } from './limits.ts';

/** What a client says that it takes (RFC 9110 §12.5.3). */
export type Codings = 'identity' | 'gzip';

/**
 * Whether an answer is gzip.
 *
 * @throws Broken if it is coded otherwise than was asked for (RFC 9110 §8.4)
 */
export function isGzip(headers: IncomingHttpHeaders, asked: Codings): boolean {
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity' && coding !== asked) {
    throw new Broken(`an answer to "Accept-Encoding: ${asked}" must be coded so, or not at all`, [
      `its Content-Encoding is ${quoted(coding)}`,
    ]);
  }
  return coding === 'gzip';
}

/** An answer that is gzip, with its body as it was before. @throws Broken */
export function unzipped(answer: Answer): Answer {
  try {
    return { ...answer, body: gunzipSync(answer.body) };
  } catch (error) {
    throw new Broken('an answer with "Content-Encoding: gzip" must be gzip', [String(error)]);
  }
}

import type { IncomingMessage } from 'node:http';
import { MAX_FRAME_BYTES } from '../contract.ts';
import { Refusal } from './refusal.ts';

/**
 * The whole body of a request, of a known length or chunked.
 *
 * Whatever is over {@link MAX_FRAME_BYTES} is read and thrown away rather than cut off: a reset
 * would take the 413 away from a client that is still sending.
 *
 * @throws Refusal 413; 400 if the body breaks off, which nobody is left to read
 */
export function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_FRAME_BYTES) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(new Refusal(413, `a body has at most ${MAX_FRAME_BYTES} bytes`));
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', () => reject(new Refusal(400, 'the body broke off')));
  });
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A frame from the bytes of a body; a byte order mark is part of it.
 *
 * @throws Refusal 400 if they are not UTF-8
 */
export function frameFrom(body: Buffer): string {
  try {
    return strictUtf8.decode(body);
  } catch {
    throw new Refusal(400, 'a frame is UTF-8 text; this body is not UTF-8');
  }
}

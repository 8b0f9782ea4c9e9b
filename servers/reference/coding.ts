import type { IncomingMessage } from 'node:http';
import { constants, deflateRawSync } from 'node:zlib';
import { FIN_AND_TEXT, textFrame } from './text-frame.ts';

/** Whether a client takes gzip (RFC 9110 §12.5.3): it names it, and not with a weight of zero. */
export function takesGzip({ headers }: IncomingMessage): boolean {
  const codings = headers['accept-encoding'];
  if (codings === undefined) return false;
  return codings.split(',').some((coding) => {
    const [name, ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
    return name === 'gzip' && !parameters.some((parameter) => /^q=0(\.0{0,3})?$/.test(parameter));
  });
}

/** RFC 7692 §6: the message is compressed. */
const RSV1 = 0x40;

/** Left out at the end of a compressed message (RFC 7692 §7.2.1). */
const OMITTED_BYTES = 4;

/** A message compressed by itself, as a frame: the same bytes for everybody. */
export function deflatedFrame(message: Buffer, windowBits: number): Buffer {
  return flushedFrame(deflateRawSync(message, { windowBits, finishFlush: constants.Z_SYNC_FLUSH }));
}

/** What a compressor has flushed for one message, as a frame. */
export function flushedFrame(flushed: Buffer): Buffer {
  return textFrame(flushed.subarray(0, flushed.length - OMITTED_BYTES), FIN_AND_TEXT | RSV1);
}

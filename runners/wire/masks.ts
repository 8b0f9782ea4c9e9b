import { randomFillSync } from 'node:crypto';

/** Drawn by the thousand, since a draw costs a system call. */
const MASKS = Buffer.alloc(4096);
let nextMaskAt = MASKS.length;

/** A mask for a frame to a server: it must be unpredictable (RFC 6455 §5.3), and is valid until it is used. */
export function nextMask(): Buffer {
  if (nextMaskAt === MASKS.length) {
    randomFillSync(MASKS);
    nextMaskAt = 0;
  }
  nextMaskAt += 4;
  return MASKS.subarray(nextMaskAt - 4, nextMaskAt);
}

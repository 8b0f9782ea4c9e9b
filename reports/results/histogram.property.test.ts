import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeHistogram,
  encodeHistogram,
  HistogramError,
  meanUs,
  newHistogram,
  quantileUs,
} from './histogram.ts';

describe('decodeHistogram', () => {
  // So many values that most damage hits the counts, since one that a damaged header makes large takes
  // milliseconds; and so small ones that a mean, which walks through all buckets, is soon there.
  const histogram = newHistogram();
  for (let us = 1; us < 8_000; us = Math.ceil(us * 1.03)) histogram.recordValue(us);
  const compressed = Buffer.from(encodeHistogram(histogram), 'base64');
  // An envelope of 8 bytes: a cookie, and the length of what is deflated behind it.
  const inside = inflateSync(compressed.subarray(8));

  it('reads what is left of a damaged histogram, or refuses it, whatever its checksum says', () => {
    const changes = fc.array(fc.tuple(fc.nat({ max: inside.length - 1 }), fc.nat({ max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(changes, (all) => {
        const bytes = Buffer.from(inside);
        for (const [at, byte] of all) bytes[at] = byte;
        const deflated = deflateSync(bytes, { level: 1 });
        const envelope = Buffer.from(compressed.subarray(0, 8));
        envelope.writeUInt32BE(deflated.length, 4);
        try {
          const read = decodeHistogram(Buffer.concat([envelope, deflated]).toString('base64'));
          // What can be read can be reported.
          for (const number of [quantileUs(read, 0.5), quantileUs(read, 1), meanUs(read)]) {
            expect(number === null || number >= 0).toBe(true);
          }
          expect(read.totalCount).toBeGreaterThanOrEqual(0);
        } catch (error) {
          if (!(error instanceof HistogramError)) throw error;
        }
      }),
    );
  });
});

import { deflateSync, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutatedText, mutations, pathsOf } from '../../scenarios/testing/mutations.ts';
import {
  decodeHistogram,
  encodeHistogram,
  HistogramError,
  meanUs,
  newHistogram,
  quantileUs,
} from './histogram.ts';
import { parseResults, ResultsFileError } from './read.ts';
import { smallFile } from './testing/small-file.ts';

/** A file for each way in which a trial can end. */
const FILES = smallFile().trials.map((trial) => {
  const file = { ...smallFile(), trials: [trial] };
  return { file, text: JSON.stringify(file), paths: pathsOf(file) };
});

/** Reads it, or fails with one plain line that says where and what to do. */
function expectReadOrRefused(text: string): void {
  try {
    parseResults(text, 'r.json');
  } catch (error) {
    if (!(error instanceof ResultsFileError)) throw error;
    expect(error.message).toMatch(/^r\.json: [^\n\r\u2028]{2,500}; (?:take|read|name|measure) [^\n\r]+$/);
    expect(error.message).not.toMatch(/Invalid input/);
  }
}

describe('parseResults', () => {
  it('reads what a careless hand leaves of a file, or says in one line what is wrong', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FILES), mutations, ({ file, paths }, changes) => {
        expectReadOrRefused(mutatedText(file, paths, changes));
      }),
    );
  });

  it('reads what a broken disk leaves of a file, or says in one line what is wrong', () => {
    const character = fc.nat({ max: 0x7f });
    const changes = fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 3 }), character), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.constantFrom(...FILES), changes, ({ text: whole }, all) => {
        const damaged = all.reduce((text, [where, removed, code]) => {
          const at = where % text.length;
          const cut = removed === 3 && code < 16;
          return text.slice(0, at) + String.fromCharCode(code) + (cut ? '' : text.slice(at + removed));
        }, whole);
        expectReadOrRefused(damaged);
      }),
    );
  });
});

describe('decodeHistogram', () => {
  const histogram = newHistogram();
  for (const us of [1, 1_000, 1_000, 70_000]) histogram.recordValue(us);
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

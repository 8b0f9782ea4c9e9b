import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findLineEnd } from './line-end.ts';

/** Bytes around those that matter, and many of them: loops by four, by one and native searches all get their share. */
const bytes = fc.array(fc.constantFrom(0, 9, 10, 13, 14, 0x61, 0xff), { maxLength: 12 });
const filler = fc.nat({ max: 600 });

describe('findLineEnd', () => {
  it('finds the first CR or LF, and nothing behind the end', () => {
    fc.assert(
      fc.property(
        bytes,
        filler,
        bytes,
        fc.nat({ max: 3 }),
        fc.nat({ max: 20 }),
        (head, fill, tail, from, cut) => {
          const buffer = Buffer.concat([
            Buffer.from(head),
            Buffer.alloc(fill, 'x'),
            Buffer.from(tail),
            LINE_ENDS,
          ]);
          const start = Math.min(from, buffer.length - LINE_ENDS.length);
          const end = Math.max(start, buffer.length - LINE_ENDS.length - cut);
          const first = buffer.subarray(start, end).findIndex((byte) => byte === 10 || byte === 13);
          expect(findLineEnd(buffer, start, end)).toBe(first === -1 ? -1 : start + first);
        },
      ),
    );
  });

  it.each([
    ['LF before CR', 'a\n\r', 1],
    ['CR before LF', 'a\r\n', 1],
    ['LF before CR behind 256 bytes', `${'x'.repeat(300)}\n\r`, 300],
    ['CR before LF behind 256 bytes', `${'x'.repeat(300)}\r\n`, 300],
    ['CR alone behind 256 bytes', `${'x'.repeat(300)}\r`, 300],
    ['none', 'x'.repeat(300), -1],
  ])('%s', (_, text, at) => {
    expect(findLineEnd(Buffer.from(text), 0, text.length)).toBe(at);
  });
});

/** What follows the searched part in a buffer that is used again and again. */
const LINE_ENDS = Buffer.from('\n\r\n');

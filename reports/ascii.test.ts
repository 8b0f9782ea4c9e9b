import { expect, it } from 'vitest';
import { toAscii } from './ascii.ts';
import { BARS } from './sparkline.ts';
import { widthOf } from './width.ts';

it.each([
  ['12 µs · p99 → 3×, Zoë’s “x”…', `12 us | p99 > 3x, Zoe's "x".`],
  ['測量 naïve e\u0301 🚀', '???? naive e ??'],
  ['⟨U+202E⟩', '<U+202E>'],
  ['\u001b[1mplain\u001b[22m\n', '\u001b[1mplain\u001b[22m\n'],
])('%j is %j in ASCII', (text, ascii) => {
  expect(toAscii(text)).toBe(ascii);
  expect(widthOf(ascii)).toBe(widthOf(text));
});

it('keeps eight heights of bars apart', () => {
  expect(new Set(toAscii(BARS.join('')))).toHaveLength(8);
});

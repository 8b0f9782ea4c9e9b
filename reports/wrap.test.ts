import { describe, expect, it } from 'vitest';
import { printable, TEXT_WIDTH, wrap } from './wrap.ts';

describe('wrap', () => {
  it('fills lines of at most 80 columns, and indents all but the first', () => {
    const lines = wrap('word '.repeat(50).trim(), '  ').split('\n');
    expect(lines.map((line) => line.length)).toEqual([79, 76, 76, 21]);
    expect(lines.map((line) => line.indexOf('word'))).toEqual([0, 2, 2, 2]);
  });

  it('keeps a number and its unit together', () => {
    for (const quantity of ['1 %', '2.5 kB', '36.2 µs', '12 s']) {
      expect(wrap(`${'x'.repeat(TEXT_WIDTH - quantity.length)} ${quantity} more`).split('\n')).toEqual([
        'x'.repeat(TEXT_WIDTH - quantity.length),
        `${quantity} more`,
      ]);
    }
    expect(wrap(`${'x'.repeat(TEXT_WIDTH - 2)} 4 samples`)).toBe(`${'x'.repeat(TEXT_WIDTH - 2)} 4\nsamples`);
  });
});

it('printable leaves nothing that moves the cursor or colours the terminal', () => {
  expect(printable('a\u001b[31mb\r\nc')).toBe('a [31mb c');
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatClock, formatList, formatNarrow, formatNumber, formatQuantity } from './format.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [0.2934, '0.293'],
    [1.5, '1.5'],
    [12.345, '12.3'],
    [999.6, '1,000'],
    [1_234.5, '1,235'],
    [-45.67, '-45.7'],
    [0.000_12, '0.00012'],
  ])('%d is %s', (value, expected) => {
    expect(formatNumber(value)).toBe(expected);
  });
});

describe('formatQuantity', () => {
  it.each([
    [292, 'µs', '292 µs'],
    [1_234, 'µs', '1.23 ms'],
    [2_500_000, 'µs', '2.5 s'],
    [909, 'B', '909 B'],
    [9_999, 'B', '9,999 B'],
    [65_546, 'B', '65.5 kB'],
    [12_000_000, 'B', '12 MB'],
    [1_000, '1/s', '1,000/s'],
    [12.34, '%', '12.3 %'],
    [10_000, 'count', '10,000'],
  ] as const)('%d %s is %s', (value, unit, expected) => {
    expect(formatQuantity(value, unit)).toBe(expected);
  });
});

describe('formatNarrow', () => {
  it('needs at most six characters for anything measured', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 9e11, noNaN: true }), (value) => {
        expect(formatNarrow(value).length).toBeLessThanOrEqual(6);
      }),
    );
  });
});

describe('formatList', () => {
  it.each([
    [[], ''],
    [['a'], 'a'],
    [['a', 'b'], 'a and b'],
    [['a', 'b', 'c'], 'a, b and c'],
  ])('%j is "%s"', (words, expected) => {
    expect(formatList(words)).toBe(expected);
  });
});

describe('formatClock', () => {
  it.each([
    [0, '0:00'],
    [1, '0:01'],
    [65_000, '1:05'],
    [3_599_000, '59:59'],
    [3_605_000, '1:00:05'],
    [82_843_000, '23:00:43'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatClock(ms)).toBe(text);
  });
});

import { expect, it } from 'vitest';
import { roundsOf } from './tables.ts';

it('takes a whole number of rounds, one at the least', () => {
  expect(roundsOf('3')).toBe(3);
  for (const text of ['0', '-1', '1.5', '', 'x']) {
    expect(() => roundsOf(text)).toThrow(`--rounds needs a whole number above 0, not "${text}"`);
  }
});

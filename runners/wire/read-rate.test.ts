import { describe, expect, it } from 'vitest';
import { CREDIT_US, paidUntil, sliceBytes } from './read-rate.ts';

describe('paidUntil', () => {
  // 32,000 B/s: 1,600 B are paid for in 50 ms; the credit is 100 ms.
  it.each([
    ['one that was idle has a credit', { paidUntilUs: 0, nowUs: 1_000_000, bytes: 1_600 }, 950_000],
    ['the second slice uses it up', { paidUntilUs: 950_000, nowUs: 1_000_000, bytes: 1_600 }, 1_000_000],
    [
      'the third is paid for 50 ms later',
      { paidUntilUs: 1_000_000, nowUs: 1_000_000, bytes: 1_600 },
      1_050_000,
    ],
    ['half a slice costs half', { paidUntilUs: 1_050_000, nowUs: 1_050_000, bytes: 800 }, 1_075_000],
    ['a late timer loses nothing', { paidUntilUs: 1_050_000, nowUs: 1_090_000, bytes: 1_600 }, 1_100_000],
    [
      'a long silence earns no more than the credit',
      { paidUntilUs: 1_100_000, nowUs: 9_000_000, bytes: 0 },
      8_900_000,
    ],
  ])('%s', (_, { paidUntilUs, nowUs, bytes }, expected) => {
    expect(paidUntil(paidUntilUs, nowUs, bytes, 32_000)).toBe(expected);
  });

  it.each([1, 1_000, 32_000, 10_000_000])(
    'keeps a reader that always finds bytes at %i B/s, and no more than the credit and a slice above it',
    (bytesPerSecond) => {
      const bytes = sliceBytes(bytesPerSecond, 65_536);
      const seconds = 100;
      let [nowUs, paidUntilUs, read] = [0, -CREDIT_US, 0];
      while (nowUs <= seconds * 1e6) {
        read += bytes;
        paidUntilUs = paidUntil(paidUntilUs, nowUs, bytes, bytesPerSecond);
        // Every timer is 1 ms late.
        if (paidUntilUs > nowUs) nowUs = paidUntilUs + 1_000;
      }
      expect(read).toBeGreaterThanOrEqual(Math.floor(bytesPerSecond * (seconds - 0.001)));
      expect(read).toBeLessThanOrEqual(bytesPerSecond * (seconds + CREDIT_US / 1e6) + bytes);
    },
  );
});

describe('sliceBytes', () => {
  it.each([
    [32_000, 1_600],
    [1, 1],
    [10_000_000, 65_536],
  ])('of %i B/s is 50 ms, but a byte and a buffer', (bytesPerSecond, bytes) => {
    expect(sliceBytes(bytesPerSecond, 65_536)).toBe(bytes);
  });
});

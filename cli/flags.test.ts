import { describe, expect, it } from 'vitest';
import { durationFlag, numberFlag, transportsFlag, wholeFlag } from './flags.ts';

describe('durationFlag', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5m', 90_000],
    ['2h', 7_200_000],
    [' 3s ', 3_000],
  ])('%s is %d ms', (text, ms) => {
    expect(durationFlag('duration', text)).toBe(ms);
  });

  it.each(['10', 's', '-1s', '1e3s', '10 s', '10sec', ''])('refuses %j', (text) => {
    expect(() => durationFlag('duration', text)).toThrow('--duration needs a time with its unit');
  });
});

describe('numbers', () => {
  it.each([
    ['12', 12],
    ['0.5', 0.5],
    ['1e3', 1_000],
  ])('%s is %d', (text, value) => {
    expect(numberFlag('rate', text)).toBe(value);
  });

  it.each(['', ' ', 'x', '1x', 'Infinity', 'NaN'])('refuses %j', (text) => {
    expect(() => numberFlag('rate', text)).toThrow('--rate needs a number');
  });

  it('keeps a whole number within its bounds', () => {
    expect(wholeFlag('trials', '3', 1, 3)).toBe(3);
    for (const text of ['0', '4', '1.5']) {
      expect(() => wholeFlag('trials', text, 1, 3)).toThrow(
        `--trials needs a whole number from 1 to 3, not ${text}`,
      );
    }
  });
});

describe('transportsFlag', () => {
  it('takes commas and repetition, and keeps the order of the contract', () => {
    expect(transportsFlag(['websocket, sse', 'polling', 'sse'])).toEqual(['polling', 'sse', 'websocket']);
  });

  it.each(['', 'sse,', 'ws'])('refuses %j', (text) => {
    expect(() => transportsFlag([text])).toThrow('--transports: there is no transport');
  });
});

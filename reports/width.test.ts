import { describe, expect, it } from 'vitest';
import { clip, padEnd, widthOf } from './width.ts';

describe('widthOf', () => {
  it.each([
    ['plain', 5],
    ['µs …', 4],
    ['測量', 4],
    ['ﾊﾛｰ', 3],
    ['ハロー', 6],
    ['한국어', 6],
    ['e\u0301', 1],
    ['🚀', 2],
    ['⚠', 1],
    ['⚠\ufe0f', 2],
    ['👩‍👩‍👧', 2],
    ['🇨🇭', 2],
    ['zero\u200bwidth', 9],
    ['▁▂▃▄▅▆▇█', 8],
  ])('%j takes %i columns', (text, columns) => {
    expect(widthOf(text)).toBe(columns);
  });
});

describe('clip and padEnd', () => {
  it('count columns, and cut no mark in two', () => {
    expect(clip('測量一下', 8)).toBe('測量一下');
    expect(clip('測量一下', 7)).toBe('測量一…');
    // Half of a wide mark would be left.
    expect(clip('測量一下', 6)).toBe('測量…');
    expect(clip('👩‍👩‍👧👩‍👩‍👧', 3)).toBe('👩‍👩‍👧…');
    expect(padEnd('測量', 6)).toBe('測量  ');
    expect(padEnd('測量', 3)).toBe('測量');
  });
});

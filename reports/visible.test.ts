import { describe, expect, it } from 'vitest';
import { visible } from './visible.ts';

describe('visible', () => {
  it.each([
    ['a\u202eb', 'a⟨U+202E⟩b'],
    ['\u2066x\u2069', '⟨U+2066⟩x⟨U+2069⟩'],
    ['\u200f\u061c', '⟨U+200F⟩⟨U+061C⟩'],
    // Letters that are written from right to left are no marks: the browser knows where they end.
    ['שלום', 'שלום'],
    ['plain', 'plain'],
  ])('writes the marks of %j out', (text, shown) => {
    expect(visible(text)).toBe(shown);
    expect(visible(shown)).toBe(shown);
  });
});

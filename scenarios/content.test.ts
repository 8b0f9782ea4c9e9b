import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { contentOf } from './content.ts';

const EACH = 168;

const CONTENTS = {
  json: contentOf('json', 1, EACH),
  random: contentOf('random', 1, EACH),
};
type Varied = keyof typeof CONTENTS;

/** The text of a message, as frames are filled. */
function textOf(kind: Varied, stream: number, sequence: number, content = CONTENTS[kind]): string {
  const from = content.startOf(stream, sequence);
  return Buffer.concat([content.bytes.subarray(from), content.bytes]).toString('latin1', 0, EACH);
}

/** What DEFLATE makes of a text, behind what was sent before: a share of its length. */
function compressed(text: string, before = ''): number {
  const options = before === '' ? {} : { dictionary: Buffer.from(before).subarray(-32_768) };
  return deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH, ...options }).length / text.length;
}

function average(kind: Varied, hasContext: boolean): number {
  const texts = Array.from({ length: 120 }, (_, sequence) => textOf(kind, 0, sequence));
  const ratios = texts.slice(100).map((text, index) => {
    return compressed(text, hasContext ? texts.slice(0, 100 + index).join('') : '');
  });
  return ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
}

describe.each(['json', 'random'] as const)('%s', (kind) => {
  it('is the same for the same seed, and another for another', () => {
    expect(textOf(kind, 3, 5, contentOf(kind, 1, EACH))).toBe(textOf(kind, 3, 5));
    expect(textOf(kind, 3, 5, contentOf(kind, 2, EACH))).not.toBe(textOf(kind, 3, 5));
  });

  it('is one byte a character, in one line', () => {
    expect(CONTENTS[kind].bytes.toString('utf8')).toMatch(/^[ -~]{262144,}$/);
  });

  it('does not recur within what a compressor looks back at, and is other text in other streams', () => {
    const texts = Array.from({ length: 400 }, (_, sequence) => textOf(kind, 0, sequence));
    expect(texts.length * EACH).toBeGreaterThan(2 * 32_768);
    expect(new Set(texts).size).toBe(texts.length);
    const streams = Array.from({ length: 400 }, (_, stream) => textOf(kind, stream, 0));
    expect(new Set(streams).size).toBe(streams.length);
  });
});

describe('json', () => {
  it('begins with a record, which is JSON', () => {
    const [record = ''] = textOf('json', 2, 9).split('},');
    expect(Object.keys(JSON.parse(`${record}}`))).toEqual([
      'id',
      'symbol',
      'side',
      'price',
      'quantity',
      'venue',
      'at',
    ]);
  });

  it('compresses as records do: a little by itself, well behind others', () => {
    expect(average('json', false)).toBeGreaterThan(0.7);
    expect(average('json', false)).toBeLessThan(0.95);
    expect(average('json', true)).toBeGreaterThan(0.3);
    expect(average('json', true)).toBeLessThan(0.5);
  });
});

describe('random', () => {
  it('compresses by its alphabet alone, six bits of eight, however much came before', () => {
    expect(average('random', true)).toBeGreaterThan(0.75);
    expect(average('random', true)).toBeLessThan(1.05);
  });
});

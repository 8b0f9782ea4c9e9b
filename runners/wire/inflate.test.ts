import { constants, deflateRawSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GunzipStream } from './gunzip-stream.ts';
import { MessageInflater } from './message-inflater.ts';
import { heldBytes } from './testing/memory.ts';

function messageOf(hex: string, inflater = new MessageInflater(true, 1_000)): string {
  const compressed = Buffer.from(hex, 'hex');
  const { bytes, start, end } = inflater.inflate(compressed, 0, compressed.length);
  return bytes.toString('latin1', start, end);
}

describe('MessageInflater reads the examples of RFC 7692', () => {
  it.each([
    ['§7.2.3.1, one block', 'f248cdc9c90700', 'Hello'],
    ['§7.2.3.3, a block without compression', '000500faff48656c6c6f00', 'Hello'],
    ['§7.2.3.4, a last block', 'f348cdc9c9070000', 'Hello'],
    ['§7.2.3.5, two blocks', 'f248050000 00ffffcac9c90700'.replace(' ', ''), 'Hello'],
    ['§7.2.3.6, an empty message', '00', ''],
  ])('%s', (_, hex, message) => {
    expect(messageOf(hex)).toBe(message);
  });

  it('§7.2.3.2, a message that refers to the one before', () => {
    const inflater = new MessageInflater(true, 1_000);
    expect(messageOf('f248cdc9c90700', inflater)).toBe('Hello');
    expect(messageOf('f200110000', inflater)).toBe('Hello');
    expect(() => messageOf('f200110000')).toThrow('reaches back behind the beginning');
    const alone = new MessageInflater(false, 1_000);
    expect(messageOf('f248cdc9c90700', alone)).toBe('Hello');
    expect(() => messageOf('f200110000', alone)).toThrow('reaches back behind the beginning');
  });
});

describe('hostile compression', () => {
  const bomb = deflateRawSync(Buffer.alloc(64 << 20), { finishFlush: constants.Z_SYNC_FLUSH });

  it('a bomb of a message is refused, and keeps nothing', () => {
    expect(bomb.length).toBeLessThan(80_000);
    const before = heldBytes();
    const inflater = new MessageInflater(true, 1 << 24);
    expect(() => inflater.inflate(bomb, 0, bomb.length)).toThrow(
      'inflate to a message of more than 16777216',
    );
    expect(heldBytes() - before).toBeLessThan(1 << 20);
    // It is still there, as a client that was refused is.
    expect(inflater).toBeInstanceOf(MessageInflater);
  });

  it('a long message that turns out to be no DEFLATE keeps nothing', () => {
    const broken = Buffer.concat([
      deflateRawSync(Buffer.alloc(8 << 20), { finishFlush: constants.Z_SYNC_FLUSH }),
      Buffer.from('ff', 'hex'),
    ]);
    const before = heldBytes();
    const inflater = new MessageInflater(true, 1 << 24);
    expect(() => inflater.inflate(broken, 0, broken.length)).toThrow('a block of the type that is reserved');
    expect(heldBytes() - before).toBeLessThan(1 << 20);
    expect(inflater).toBeInstanceOf(MessageInflater);
  });

  it('twenty streams that are refused keep nothing', () => {
    const compressed = gzipSync(Buffer.alloc(1 << 20));
    const before = heldBytes();
    const streams = Array.from({ length: 20 }, () => {
      const stream = new GunzipStream(() => {
        throw new Error('enough');
      });
      expect(() => stream.decode(compressed, 0, compressed.length)).toThrow('enough');
      return stream;
    });
    expect(heldBytes() - before).toBeLessThan(1 << 20);
    expect(streams).toHaveLength(20);
  });

  it('a stream that inflates without end is passed on piece by piece', () => {
    let bytes = 0;
    let longest = 0;
    const stream = new GunzipStream((_, start, end) => {
      bytes += end - start;
      longest = Math.max(longest, end - start);
    });
    const compressed = gzipSync(Buffer.alloc(64 << 20));
    const before = heldBytes();
    stream.decode(compressed, 0, compressed.length);
    expect(heldBytes() - before).toBeLessThan(1 << 20);
    expect(bytes).toBe(64 << 20);
    expect(longest).toBeLessThan(65_536 + 258);
  });

  it('a long message leaves no more behind than what later ones may refer to', () => {
    const long = deflateRawSync(Buffer.alloc(2 << 20), { finishFlush: constants.Z_SYNC_FLUSH });
    const before = heldBytes();
    // Of many, since what the engine itself keeps would drown out a single one.
    const inflaters = Array.from({ length: 16 }, () => {
      const inflater = new MessageInflater(true, 1 << 24);
      inflater.inflate(long, 0, long.length - 4);
      messageOf('f248cdc9c90700', inflater);
      return inflater;
    });
    expect((heldBytes() - before) / inflaters.length).toBeLessThan(1 << 17);
  });

  it.each([
    ['what is not gzip', '0000000000000000000000', 'a stream that begins with 00000000'],
    ['another method', '1f8b0700000000000003', 'a stream that begins with 1f8b0700'],
    ['a reserved flag', '1f8b0820000000000003', 'a stream that begins with 1f8b0820'],
    ['a block of no type', '1f8b080000000000000307', 'of the type that is reserved'],
    ['more behind the end', `1f8b08000000000000030300${'00'.repeat(9)}`, 'bytes behind its end'],
    ['a name without end', `1f8b0808000000000003${'61'.repeat(4_096)}`, 'a head of more than 4096 bytes'],
  ])('%s is refused', (_, hex, evidence) => {
    const bytes = Buffer.from(hex, 'hex');
    const stream = new GunzipStream(() => {});
    expect(() => stream.decode(bytes, 0, bytes.length)).toThrow(evidence);
  });

  it('a message that ends within a block is refused', () => {
    expect(() => messageOf('f248cdc9')).toThrow(/ends within a block|not DEFLATE/);
  });
});

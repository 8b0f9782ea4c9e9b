import { constants, deflateRawSync, gzipSync, inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GunzipStream } from './gunzip-stream.ts';
import { Inflater } from './inflate.ts';
import { MessageInflater } from './message-inflater.ts';
import { ProtocolError } from './protocol-error.ts';
import { type Choices, made } from './testing/choices.ts';
import { damaged, expectInside, feedInSegments, segmentLengths } from './testing/segments.ts';

const { Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE, Z_SYNC_FLUSH } = constants;
const WORDS = [
  '{"id":',
  '"price":104.52,',
  'aaaaaaaaaaaa',
  '\x00\x00\xff\xff',
  'é',
  '}',
  ' ',
  '0123456789',
] as const;

/** Text with repetitions, near and far, and sometimes nothing, noise or more than a window. */
function plain(choices: Choices): Buffer {
  const words = choices.several(12, () => choices.of(WORDS)).join('');
  switch (choices.upTo(499)) {
    case 499:
      return Buffer.concat([
        Buffer.from(words),
        Buffer.alloc(choices.upTo(40_000), words || 'x'),
        Buffer.from(words),
      ]);
    case 498:
    case 497:
      return choices.bytes(60);
    default:
      return Buffer.from(words, choices.upTo(1) === 0 ? 'utf8' : 'latin1');
  }
}

/** How a sender may compress: the strategies make the three kinds of blocks. */
function manner(choices: Choices) {
  return {
    level: choices.of([6, 0, 1, 9]),
    strategy: choices.of([Z_DEFAULT_STRATEGY, Z_FIXED, Z_HUFFMAN_ONLY, Z_RLE]),
    windowBits: choices.of([9, 9, 12, 15]),
    // A compressor's memory is what a case spends most of its time on.
    memLevel: choices.of([1, 1, 1, 8]),
  };
}

/** Messages of one sender who keeps its context, each as it goes over the wire (RFC 7692 §7.2.1). */
function conversation(choices: Choices) {
  const options = manner(choices);
  const messages = [plain(choices), ...choices.several(3, plain)];
  let sent = Buffer.alloc(0);
  return messages.map((message) => {
    const dictionary = sent.length === 0 ? {} : { dictionary: sent };
    const flushed = deflateRawSync(message, { ...options, ...dictionary, finishFlush: Z_SYNC_FLUSH });
    sent = Buffer.concat([sent, message]).subarray(-(1 << options.windowBits));
    return { message, compressed: flushed.subarray(0, -4), flushed };
  });
}

interface Inflated {
  readonly output: Buffer;
  readonly fault: string | null;
}

/** All that a stream gives when it is cut into segments of these lengths. Throws what is no {@link ProtocolError}. */
function inflated(bytes: Buffer, lengths: readonly number[], most = 1_000): Inflated {
  const inflater = new Inflater(false);
  const pieces: Buffer[] = [];
  let fault: string | null = null;
  const take = () => {
    const { bytes, start, end } = inflater.output;
    expectInside(bytes, start, end);
    // A match that has begun is read to its end. (An assertion of the test runner takes as long as the case.)
    if (end - start >= most + 258) throw new Error(`${end - start} bytes read at a time, of ${most}`);
    pieces.push(Buffer.from(bytes.subarray(start, end)));
  };
  try {
    feedInSegments(bytes, lengths, (...segment) => {
      inflater.feed(...segment);
      while (inflater.read(most)) take();
      take();
    });
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    take();
    fault = error.code;
  }
  return { output: Buffer.concat(pieces), fault };
}

/** What zlib makes of a stream that may go on; `null`: it is none. */
function inflatedByZlib(bytes: Buffer): Buffer | null {
  try {
    return inflateRawSync(bytes, { finishFlush: Z_SYNC_FLUSH });
  } catch {
    return null;
  }
}

describe('Inflater', () => {
  const cut = made((choices) => {
    const messages = conversation(choices);
    const bytes = Buffer.concat(messages.map(({ flushed }) => flushed));
    return {
      messages,
      bytes,
      lengths: segmentLengths(choices, bytes.length),
      most: Math.max(choices.of([1_000, 1, 70_000]), Math.ceil(bytes.length / 100)),
    };
  });

  it('gives what zlib was given, however the stream is cut and however much is read at a time', () => {
    fc.assert(
      fc.property(cut, ({ messages, bytes, lengths, most }) => {
        const { output, fault } = inflated(bytes, lengths, most);
        expect(fault).toBeNull();
        expect(output.equals(Buffer.concat(messages.map(({ message }) => message)))).toBe(true);
      }),
    );
  });

  const broken = made((choices) => {
    const whole = Buffer.concat(conversation(choices).map(({ flushed }) => flushed)).subarray(0, 2_000);
    const bytes =
      choices.upTo(7) === 7 ? choices.bytes(60) : damaged(choices, whole, '\x00\x01\x02\x04\x05\xff\xed');
    return { bytes, lengths: segmentLengths(choices, bytes.length) };
  });

  it('makes of a damaged stream what zlib makes of it, and refuses what zlib refuses', () => {
    fc.assert(
      fc.property(broken, ({ bytes, lengths }) => {
        const seen = inflated(bytes, lengths);
        expect(seen).toEqual(inflated(bytes, [Math.max(1, bytes.length)]));
        const expected = inflatedByZlib(bytes);
        if (expected === null) {
          expect(seen.fault).toBe('deflate-bad-data');
        } else if (seen.fault === null) {
          expect(seen.output.equals(expected)).toBe(true);
        } else {
          // zlib takes longer to see that a code of code lengths is none.
          expect(inflatedByZlib(Buffer.concat([bytes, Buffer.alloc(64)]))).toBeNull();
        }
      }),
    );
  });
});

describe('MessageInflater', () => {
  it('gives each message, with the context of those before it or without', () => {
    fc.assert(
      fc.property(made(conversation), (messages) => {
        const inflater = new MessageInflater(true, 1 << 20);
        for (const { message, compressed } of messages) {
          const { bytes, start, end } = inflater.inflate(compressed, 0, compressed.length);
          expect(bytes.subarray(start, end).equals(message)).toBe(true);
        }
        const [first] = messages;
        const alone = new MessageInflater(false, 1 << 20);
        for (let turn = 0; first !== undefined && turn < 2; turn += 1) {
          const { bytes, start, end } = alone.inflate(first.compressed, 0, first.compressed.length);
          expect(bytes.subarray(start, end).equals(first.message)).toBe(true);
        }
      }),
    );
  });

  const hostile = made((choices) => {
    const [first] = conversation(choices);
    return damaged(choices, first?.compressed.subarray(0, 1_000) ?? Buffer.alloc(0), '\x00\x01\x02\xff\xed');
  });

  it('has a message of at most the limit, or one error', () => {
    fc.assert(
      fc.property(hostile, (bytes) => {
        try {
          const message = new MessageInflater(true, 100).inflate(bytes, 0, bytes.length);
          expect(message.end - message.start).toBeLessThanOrEqual(100);
        } catch (error) {
          if (!(error instanceof ProtocolError)) throw error;
          expect(error.code).toMatch(/^(deflate-bad-data|ws-message-too-large)$/);
        }
      }),
    );
  });
});

describe('GunzipStream', () => {
  const cut = made((choices) => {
    const message = plain(choices);
    const bytes = gzipSync(message, manner(choices));
    // Fields that gzipSync does not write: extra, name, comment, checksum of the head (RFC 1952 §2.3.1).
    const flags = choices.upTo(15) * 2;
    const text = Buffer.from('text\x00');
    const fields = [
      (flags & 4) === 0 ? [] : [Buffer.from([3, 0, 1, 0, 2])],
      (flags & 8) === 0 ? [] : [text],
      (flags & 16) === 0 ? [] : [text],
      (flags & 2) === 0 ? [] : [Buffer.from([1, 2])],
    ].flat();
    bytes[3] = flags;
    const whole = Buffer.concat([bytes.subarray(0, 10), ...fields, bytes.subarray(10)]);
    return { message, bytes: whole, lengths: segmentLengths(choices, whole.length) };
  });

  it('gives what was compressed, whatever stands before it and however it is cut', () => {
    fc.assert(
      fc.property(cut, ({ message, bytes, lengths }) => {
        const pieces: Buffer[] = [];
        const stream = new GunzipStream((bytes, start, end) => {
          expectInside(bytes, start, end);
          pieces.push(Buffer.from(bytes.subarray(start, end)));
        });
        feedInSegments(bytes, lengths, (...segment) => stream.decode(...segment));
        expect(Buffer.concat(pieces).equals(message)).toBe(true);
      }),
    );
  });
});

import type { Choices } from './choices.ts';

/** What else lies in a socket's read buffer: bytes that would change any message if they were read with it. */
const LEFTOVERS = Buffer.from('\n\r\n\r\n"]},0\r\n\x81\x02', 'latin1');

/** One for all, as the sockets of a generator have it. */
const READ_BUFFER = Buffer.alloc(256 * 1024);

/** Lengths of segments, used over and over until `byteCount` bytes are used up; at most some thousand segments. */
export function segmentLengths(choices: Choices, byteCount: number): readonly number[] {
  const longest = choices.of([70_000, 1, 3, 60, 600]);
  const fewest = Math.ceil(byteCount / 2_000);
  return [
    Math.max(fewest, longest),
    ...choices.several(5, () => Math.max(fewest, 1 + choices.upTo(longest - 1))),
  ];
}

/**
 * Feeds `bytes` in segments, as a socket with one reused read buffer does: every segment lies
 * somewhere among leftovers and is overwritten after the call, so that a decoder that reads too
 * far or keeps a view is found out.
 */
export function feedInSegments(
  bytes: Buffer,
  lengths: readonly number[],
  decode: (buffer: Buffer, start: number, end: number) => void,
): void {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = Math.min(lengths[turn % lengths.length] ?? 1, bytes.length - at);
    const start = turn % LEFTOVERS.length;
    LEFTOVERS.copy(READ_BUFFER, 0, 0, start);
    bytes.copy(READ_BUFFER, start, at, at + length);
    LEFTOVERS.copy(READ_BUFFER, start + length);
    segment = { start, end: start + length };
    decode(READ_BUFFER, start, start + length);
    READ_BUFFER.fill(0xff, start, start + length);
    at += length;
  }
}

/** The part of the read buffer that is being fed. */
let segment = { start: 0, end: 0 };

/** Throws if a view reaches out of the segment that is being fed, or out of a decoder's own store. */
export function expectInside(bytes: Buffer, start: number, end: number): void {
  const bounds = bytes === READ_BUFFER ? segment : { start: 0, end: bytes.length };
  if (start < bounds.start || end > bounds.end || start > end) {
    throw new Error(`a view from ${start} to ${end}, outside ${bounds.start} to ${bounds.end}`);
  }
}

/**
 * What a broken peer might send: `bytes` with some of them flipped, replaced, left out or doubled,
 * the rest cut off, or noise from the first byte on.
 *
 * @param likely bytes that mean something to the protocol.
 */
export function damaged(choices: Choices, bytes: Buffer, likely: string): Buffer {
  const byte = () =>
    choices.upTo(1) === 0 ? likely.charCodeAt(choices.upTo(likely.length - 1)) : choices.upTo(255);
  let current = bytes;
  for (let changes = choices.upTo(4); changes > 0; changes -= 1) {
    const at = choices.upTo(current.length);
    const before = current.subarray(0, at);
    switch (choices.of(['replace', 'insert', 'remove', 'flip', 'repeat', 'cut', 'noise'])) {
      case 'replace':
        current = Buffer.concat([before, Buffer.from([byte()]), current.subarray(at + 1)]);
        break;
      case 'insert':
        current = Buffer.concat([before, Buffer.from([byte(), byte()]), current.subarray(at)]);
        break;
      case 'remove':
        current = Buffer.concat([before, current.subarray(at + 1 + choices.upTo(3))]);
        break;
      case 'flip':
        current = Buffer.from(current);
        if (at < current.length) current[at] = (current[at] ?? 0) ^ (1 << choices.upTo(7));
        break;
      case 'repeat':
        current = Buffer.concat([before, current.subarray(Math.max(0, at - 1 - choices.upTo(30)))]);
        break;
      case 'cut':
        current = before;
        break;
      case 'noise':
        current = Buffer.concat([choices.bytes(20), current.subarray(at)]);
        break;
    }
  }
  return current;
}

import fc from 'fast-check';

/** Runs of every property; `WIREBENCH_PROPERTY_RUNS=30000` with `--testTimeout 600000` looks longer. */
export const PROPERTY_RUNS = { numRuns: Number(process.env['WIREBENCH_PROPERTY_RUNS'] ?? 1_000) };

/** Lengths of segments, used over and over until the input is used up. */
export const segmentLengths = fc.oneof(
  fc.constant([1]),
  fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 8 }),
  fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 }),
  fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 8 }),
  fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 8 }),
);

/**
 * Feeds `bytes` in segments, as a socket with one reused read buffer does: every segment lies
 * somewhere in a buffer of leftovers and is overwritten after the call, so that a decoder that
 * reads too far or keeps a view is found out.
 */
export function feedInSegments(
  bytes: Buffer,
  lengths: readonly number[],
  decode: (buffer: Buffer, start: number, end: number) => void,
): void {
  const leftovers = Buffer.from('\n\r\n\r\n"]},0\r\n\x81\x02');
  let turn = 0;
  for (let at = 0; at < bytes.length; turn += 1) {
    const length = Math.min(lengths[turn % lengths.length] ?? 1, bytes.length - at);
    const start = turn % leftovers.length;
    const readBuffer = Buffer.alloc(start + length + leftovers.length, leftovers);
    bytes.copy(readBuffer, start, at, at + length);
    decode(readBuffer, start, start + length);
    readBuffer.fill(0xff);
    at += length;
  }
}

/** `bytes` with some of them replaced, left out or doubled: what a broken peer might send. */
export function damaged(bytes: fc.Arbitrary<Buffer>, likely: string): fc.Arbitrary<Buffer> {
  const byte = fc.oneof(fc.constantFrom(...Buffer.from(likely, 'latin1')), fc.integer({ min: 0, max: 255 }));
  const change = fc.record({
    where: fc.nat(),
    remove: fc.nat({ max: 2 }),
    insert: fc.array(byte, { maxLength: 2 }),
  });
  return fc.tuple(bytes, fc.array(change, { maxLength: 4 })).map(([original, changes]) =>
    changes.reduce((current, { where, remove, insert }) => {
      const at = where % (current.length + 1);
      return Buffer.concat([current.subarray(0, at), Buffer.from(insert), current.subarray(at + remove)]);
    }, original),
  );
}

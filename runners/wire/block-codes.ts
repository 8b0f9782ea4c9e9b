import type { BitInput } from './bit-input.ts';
import { CUT, HuffmanCode } from './huffman.ts';
import { ProtocolError } from './protocol-error.ts';

/** Symbols of the codes (RFC 1951 §3.2.5 to §3.2.7), those included that no block may use. */
const LITERALS = 288;
const DISTANCES = 32;
const CODE_LENGTHS = 19;
/** A block may use so many. */
const MOST_LITERALS = 286;
const MOST_DISTANCES = 30;

/** The symbol that ends a block. */
export const END_OF_BLOCK = 256;

/** RFC 1951 §3.2.7. */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** The codes of one block: of literals and lengths, and of distances. */
export class BlockCodes {
  readonly literals = new HuffmanCode(LITERALS);
  readonly distances = new HuffmanCode(DISTANCES);

  /**
   * Reads the codes that a block brings (RFC 1951 §3.2.7).
   *
   * @returns false where the input ends before they do.
   * @throws ProtocolError `deflate-bad-data`, for all that zlib refuses too.
   */
  read(input: BitInput): boolean {
    const counts = input.take(14);
    if (counts === -1) return false;
    const literals = 257 + (counts & 31);
    const distances = 1 + ((counts >> 5) & 31);
    if (literals > MOST_LITERALS || distances > MOST_DISTANCES)
      fail('a block with more symbols than there are');
    LENGTHS.fill(0, 0, CODE_LENGTHS);
    for (let index = 0; index < 4 + (counts >> 10); index += 1) {
      const length = input.take(3);
      if (length === -1) return false;
      LENGTHS[CODE_LENGTH_ORDER[index] ?? 0] = length;
    }
    if (!LENGTH_CODE.build(LENGTHS, 0, CODE_LENGTHS, false)) fail('no code of code lengths');
    if (!readLengths(input, literals + distances)) return false;
    if (LENGTHS[END_OF_BLOCK] === 0) fail('a block without an end');
    if (!this.literals.build(LENGTHS, 0, literals, true)) fail('no code of literals and lengths');
    if (!this.distances.build(LENGTHS, literals, literals + distances, true)) fail('no code of distances');
    return true;
  }
}

/** The codes of blocks that bring none (RFC 1951 §3.2.6). */
export const FIXED_CODES = new BlockCodes();
FIXED_CODES.literals.build(
  new Uint8Array(LITERALS).fill(8, 0, 144).fill(9, 144, 256).fill(7, 256, 280).fill(8, 280),
  0,
  LITERALS,
  false,
);
FIXED_CODES.distances.build(new Uint8Array(DISTANCES).fill(5), 0, DISTANCES, false);

/** Used while one block's codes are read, which one call does. */
const LENGTHS = new Uint8Array(MOST_LITERALS + MOST_DISTANCES);
const LENGTH_CODE = new HuffmanCode(CODE_LENGTHS);

/** The first symbol that repeats: the length before, and the two after it a length of 0. */
const REPEAT = 16;

/** How many bits say how often a length recurs, and the fewest times. */
const REPEATS = [
  { bits: 2, least: 3 },
  { bits: 3, least: 3 },
  { bits: 7, least: 11 },
] as const;

/** False where the input ends before them. */
function readLengths(input: BitInput, count: number): boolean {
  for (let at = 0; at < count; ) {
    const symbol = takeSymbol(LENGTH_CODE, input);
    if (symbol === CUT) return false;
    if (symbol < REPEAT) {
      LENGTHS[at] = symbol;
      at += 1;
      continue;
    }
    if (symbol === REPEAT && at === 0) fail('a code length that repeats none');
    const { bits, least } = REPEATS[symbol - REPEAT] ?? REPEATS[0];
    const more = input.take(bits);
    if (more === -1) return false;
    const end = at + least + more;
    if (end > count) fail('more code lengths than symbols');
    const length = symbol === REPEAT ? (LENGTHS[at - 1] ?? 0) : 0;
    // A native fill costs more than the few bytes that most runs have.
    for (; at < end; at += 1) LENGTHS[at] = length;
  }
  return true;
}

/** {@link CUT} where the input ends before it. */
function takeSymbol(code: HuffmanCode, input: BitInput): number {
  input.fill();
  const entry = code.decode(input.hold, input.held);
  if (entry === CUT) return CUT;
  if (entry < 0) fail('bits that are no code length');
  input.skip(entry & 15);
  return entry >> 4;
}

function fail(evidence: string): never {
  throw new ProtocolError('deflate-bad-data', `not DEFLATE: ${evidence} (RFC 1951)`);
}

/** Codes of at most this many bits are found by one look into a table. */
const FAST_BITS = 9;
const FAST_MASK = (1 << FAST_BITS) - 1;

/** The longest code of DEFLATE (RFC 1951 §3.2.7). */
const MAX_CODE_BITS = 15;

/** A code that is not whole yet, and one that there is not. */
export const CUT = -1;
export const NO_CODE = -2;

/** A canonical Huffman code (RFC 1951 §3.2.2), built anew for every block that brings its own. */
export class HuffmanCode {
  /** By the next {@link FAST_BITS} bits: the symbol, and below it in four bits the length of its code; 0: none so short. */
  readonly #fast = new Uint16Array(1 << FAST_BITS);
  /** How many codes there are of each length. */
  readonly #counts = new Uint16Array(MAX_CODE_BITS + 1);
  /** Behind so many bits it is known whether there is such a code. */
  #longest = 0;
  /** The symbols in the order of their codes. */
  readonly #symbols: Uint16Array;
  /** @param symbols how many there are at most. */
  constructor(symbols: number) {
    this.#symbols = new Uint16Array(symbols);
  }

  /**
   * Takes over the codes whose lengths stand from `start` to `end`, 0 for a symbol that has none.
   *
   * @param mayBeSparse whether a single code of one bit, or none at all, is let pass, as zlib does for distances.
   * @returns false if there are more codes than bits can tell apart, or fewer than the bits allow.
   */
  build(lengths: Uint8Array, start: number, end: number, mayBeSparse: boolean): boolean {
    const counts = this.#counts.fill(0);
    for (let at = start; at < end; at += 1) counts[lengths[at] ?? 0] = (counts[lengths[at] ?? 0] ?? 0) + 1;
    counts[0] = 0;
    let left = 1;
    let longest = 0;
    for (let bits = 1; bits <= MAX_CODE_BITS; bits += 1) {
      left = 2 * left - (counts[bits] ?? 0);
      if (left < 0) return false;
      if (counts[bits] !== 0) longest = bits;
    }
    if (left > 0 && !(mayBeSparse && longest <= 1)) return false;
    this.#longest = Math.max(1, longest);
    NEXT[1] = 0;
    for (let bits = 1; bits < MAX_CODE_BITS; bits += 1)
      NEXT[bits + 1] = (NEXT[bits] ?? 0) + (counts[bits] ?? 0);
    for (let at = start; at < end; at += 1) {
      const bits = lengths[at] ?? 0;
      if (bits === 0) continue;
      const place = NEXT[bits] ?? 0;
      this.#symbols[place] = at - start;
      NEXT[bits] = place + 1;
    }
    this.#fillFast();
    return true;
  }

  /**
   * The symbol whose code `hold` begins with, its first bit lowest, and below it in four bits the code's length.
   *
   * @param available how many bits of `hold` are there.
   * @returns {@link CUT} where they are too few, {@link NO_CODE} where no code begins so.
   */
  decode(hold: number, available: number): number {
    const entry = this.#fast[hold & FAST_MASK] ?? 0;
    if (entry === 0) return this.#decodeLong(hold, available);
    return (entry & 15) > available ? CUT : entry;
  }

  /** Bit by bit: the codes of one length are consecutive numbers. */
  #decodeLong(hold: number, available: number): number {
    let code = 0;
    let first = 0;
    let before = 0;
    for (let bits = 1; bits <= this.#longest; bits += 1) {
      if (bits > available) return CUT;
      code |= (hold >>> (bits - 1)) & 1;
      const count = this.#counts[bits] ?? 0;
      if (code - count < first) {
        return ((this.#symbols[before + code - first] ?? 0) << 4) | bits;
      }
      before += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return NO_CODE;
  }

  #fillFast(): void {
    const fast = this.#fast.fill(0);
    let code = 0;
    let place = 0;
    for (let bits = 1; bits <= FAST_BITS; bits += 1) {
      for (let count = this.#counts[bits] ?? 0; count > 0; count -= 1) {
        const entry = ((this.#symbols[place] ?? 0) << 4) | bits;
        // A code comes highest bit first, everything else lowest bit first.
        for (let at = reversed(code, bits); at <= FAST_MASK; at += 1 << bits) fast[at] = entry;
        code += 1;
        place += 1;
      }
      code <<= 1;
    }
  }
}

const NEXT = new Uint16Array(MAX_CODE_BITS + 1);

function reversed(code: number, bits: number): number {
  let reverse = 0;
  for (let bit = 0; bit < bits; bit += 1) reverse |= ((code >> bit) & 1) << (bits - 1 - bit);
  return reverse;
}

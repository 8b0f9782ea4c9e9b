import type { BitInput } from './bit-input.ts';
import { CUT } from './huffman.ts';
import { ProtocolError } from './protocol-error.ts';

/** The longest match (RFC 1951 §3.2.5). */
export const MAX_MATCH_BYTES = 258;

/** What the symbols of a length, or of a distance, stand for: each for a range, in which further bits choose. */
class Values {
  readonly #furtherBits: readonly number[];
  readonly #smallest: number[] = [];

  /** @param first the smallest value of the first symbol; the ranges follow each other without a gap. */
  constructor(furtherBits: readonly number[], first: number) {
    this.#furtherBits = furtherBits;
    let next = first;
    for (const bits of furtherBits) {
      this.#smallest.push(next);
      next += 1 << bits;
    }
  }

  /** The same, with one value more that has a symbol to itself. */
  and(last: number): this {
    this.#smallest.push(last);
    return this;
  }

  /**
   * The value of a symbol and of the bits that follow.
   *
   * @returns {@link CUT} where the input ends before they do.
   * @throws ProtocolError `deflate-bad-data` for a symbol that stands for nothing.
   */
  read(input: BitInput, symbol: number): number {
    const smallest = this.#smallest[symbol];
    if (smallest === undefined)
      throw new ProtocolError(
        'deflate-bad-data',
        'not DEFLATE: a length or distance that there is not (RFC 1951)',
      );
    const bits = this.#furtherBits[symbol] ?? 0;
    if (bits === 0) return smallest;
    const more = input.take(bits);
    return more === -1 ? CUT : smallest + more;
  }
}

/** Lengths of matches, from symbol 257 on (RFC 1951 §3.2.5). */
export const LENGTHS = new Values(
  Array.from({ length: 28 }, (_, index) => Math.max(0, (index >> 2) - 1)),
  3,
).and(MAX_MATCH_BYTES);

/** Distances of matches (RFC 1951 §3.2.5). */
export const DISTANCES = new Values(
  Array.from({ length: 30 }, (_, index) => Math.max(0, (index >> 1) - 1)),
  1,
);

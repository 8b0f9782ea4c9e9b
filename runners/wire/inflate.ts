import { BitInput } from './bit-input.ts';
import { BlockCodes, END_OF_BLOCK, FIXED_CODES } from './block-codes.ts';
import { CUT } from './huffman.ts';
import { InflatedOutput } from './inflated-output.ts';
import { DISTANCES, LENGTHS, MAX_MATCH_BYTES } from './match-values.ts';
import { ProtocolError } from './protocol-error.ts';

/**
 * Inflates one stream of DEFLATE (RFC 1951) in segments of any size, at once: when the call returns, there is all
 * that the segment gives, and the instant at which it came is still at hand. Node's own inflates a whole body, or
 * on another thread.
 *
 * A segment is handed over with {@link feed} and read with {@link read} until that says no, before the next one.
 * Of the input it holds no more than a block's head, of the output the window and what was last asked for.
 */
export class Inflater {
  /** Where what was read last stands. */
  readonly output = new InflatedOutput();
  readonly #isEndless: boolean;
  readonly #input = new BitInput();
  #state: 'head' | 'stored' | 'codes' | 'ended' = 'head';
  #isLast = false;
  /** Bytes still to come of a stored block. */
  #remaining = 0;
  #codes = FIXED_CODES;
  /** There from the first block on that brings codes of its own: few short messages have one. */
  #own: BlockCodes | null = null;

  /** @param isEndless whether another block may follow the last one, where a byte begins (RFC 7692 §7.2.3.4). */
  constructor(isEndless: boolean) {
    this.#isEndless = isEndless;
  }

  /** Whether it is between two blocks, with all input read. */
  get betweenBlocks(): boolean {
    return this.#state === 'head' && this.#input.empty;
  }

  /** Whether the last block has ended. */
  get ended(): boolean {
    return this.#state === 'ended';
  }

  /** Bytes of the segment that have not been read. */
  get left(): number {
    return this.#input.end - this.#input.at;
  }

  /** Hands a segment over; all of the one before has been read. */
  feed(buffer: Buffer, start: number, end: number): void {
    this.#input.feed(buffer, start, end);
  }

  /**
   * Reads what the segment gives: `most` bytes, or up to a match more.
   *
   * @returns whether there may be more in the segment.
   * @throws ProtocolError `deflate-bad-data`; it must not be used after.
   */
  read(most: number): boolean {
    const { output } = this;
    const limit = output.begin() + most;
    while (output.end < limit) {
      if (!this.#step(limit)) {
        this.#input.keepRest();
        return false;
      }
    }
    return true;
  }

  /** What is left of the input, once it has {@link ended}. */
  takeRest(): Buffer {
    const input = this.#input;
    input.skipToByte();
    const rest = Buffer.from(input.bytes.subarray(input.at, input.end));
    input.at = input.end;
    input.keepRest();
    return rest;
  }

  /** False where the input is used up. */
  #step(limit: number): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'stored':
        return this.#copyStored(limit);
      case 'codes':
        return this.#readCodes(limit);
      case 'ended':
        return false;
    }
  }

  /** RFC 1951 §3.2.3. A head that is cut is read again from its beginning. */
  #readHead(): boolean {
    const input = this.#input;
    const { at, hold, held } = input;
    const head = input.take(3);
    if (head !== -1 && this.#readRestOfHead(head >> 1)) {
      this.#isLast = (head & 1) === 1;
      return true;
    }
    input.at = at;
    input.hold = hold;
    input.held = held;
    return false;
  }

  #readRestOfHead(type: number): boolean {
    switch (type) {
      case 0:
        return this.#readStoredHead();
      case 1:
        this.#codes = FIXED_CODES;
        this.#state = 'codes';
        return true;
      case 2:
        this.#own ??= new BlockCodes();
        if (!this.#own.read(this.#input)) return false;
        this.#codes = this.#own;
        this.#state = 'codes';
        return true;
      default:
        return fail('a block of the type that is reserved');
    }
  }

  /** RFC 1951 §3.2.4. */
  #readStoredHead(): boolean {
    const input = this.#input;
    input.skipToByte();
    if (input.end - input.at < 4) return false;
    const length = input.bytes.readUInt16LE(input.at);
    const complement = input.bytes.readUInt16LE(input.at + 2);
    if (length !== (complement ^ 0xffff)) fail('a stored block of two lengths');
    input.at += 4;
    this.#remaining = length;
    this.#state = 'stored';
    return true;
  }

  #copyStored(limit: number): boolean {
    const input = this.#input;
    const count = Math.min(this.#remaining, input.end - input.at, limit - this.output.end);
    this.output.append(input.bytes, input.at, input.at + count);
    input.at += count;
    this.#remaining -= count;
    if (this.#remaining > 0) return input.at < input.end;
    this.#endBlock();
    return true;
  }

  /** Literals and matches (RFC 1951 §3.2.3), until their block ends, the input does, or there is enough. */
  #readCodes(limit: number): boolean {
    const input = this.#input;
    const { output } = this;
    const { literals } = this.#codes;
    while (output.end < limit) {
      output.reserve(MAX_MATCH_BYTES);
      input.fill();
      const entry = literals.decode(input.hold, input.held);
      if (entry < 0) return entry === CUT ? false : fail('bits that are neither literal nor length');
      const symbol = entry >> 4;
      if (symbol < END_OF_BLOCK) {
        input.skip(entry & 15);
        output.bytes[output.end] = symbol;
        output.end += 1;
      } else if (symbol === END_OF_BLOCK) {
        input.skip(entry & 15);
        this.#endBlock();
        return true;
      } else if (!this.#readMatch(entry)) {
        return false;
      }
    }
    return true;
  }

  /** A length, whose code is at hand, and its distance (RFC 1951 §3.2.5); false if they are cut, with nothing consumed. */
  #readMatch(entry: number): boolean {
    const input = this.#input;
    const { at, hold, held } = input;
    input.skip(entry & 15);
    const length = LENGTHS.read(input, (entry >> 4) - END_OF_BLOCK - 1);
    const distance = length === CUT ? CUT : this.#readDistance();
    if (distance === CUT) {
      input.at = at;
      input.hold = hold;
      input.held = held;
      return false;
    }
    if (!this.output.repeat(distance, length)) fail('a match that reaches back behind the beginning');
    return true;
  }

  #readDistance(): number {
    const input = this.#input;
    input.fill();
    const entry = this.#codes.distances.decode(input.hold, input.held);
    if (entry === CUT) return CUT;
    if (entry < 0) fail('bits that are no distance');
    input.skip(entry & 15);
    return DISTANCES.read(input, entry >> 4);
  }

  #endBlock(): void {
    this.#state = 'head';
    if (!this.#isLast) return;
    if (this.#isEndless) this.#input.skipToByte();
    else this.#state = 'ended';
  }
}

/** @throws ProtocolError */
function fail(evidence: string): never {
  throw new ProtocolError('deflate-bad-data', `not DEFLATE: ${evidence} (RFC 1951)`);
}

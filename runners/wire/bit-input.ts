import { Carry } from './carry.ts';

/**
 * The bits of segments of any size, each byte's lowest first (RFC 1951 §3.1.1). What a segment has left
 * begins the next one, so that a unit which is cut in two can be read again from its beginning.
 */
export class BitInput {
  bytes: Buffer = NOTHING;
  at = 0;
  end = 0;
  /** Bits that were taken from the bytes, the next one lowest; between segments fewer than eight. */
  hold = 0;
  held = 0;
  readonly #carry = new Carry();

  /** Whether all of it has been read. */
  get empty(): boolean {
    return this.at === this.end && this.held === 0;
  }

  /** Goes on with a segment; {@link keepRest} has been called for the one before. */
  feed(buffer: Buffer, start: number, end: number): void {
    const carry = this.#carry;
    if (carry.length > 0) {
      carry.append(buffer, start, end);
      this.bytes = carry.bytes;
      this.at = 0;
      this.end = carry.length;
      return;
    }
    this.bytes = buffer;
    this.at = start;
    this.end = end;
  }

  /** The segment is about to be overwritten. */
  keepRest(): void {
    this.#giveBack();
    const rest = this.bytes.subarray(this.at, this.end);
    // Of a segment that began with what was left of others, the rest lies in the store itself.
    const isStored = this.bytes === this.#carry.bytes;
    const kept = isStored ? Buffer.from(rest) : rest;
    this.#carry.clear();
    this.#carry.append(kept, 0, kept.length);
    this.bytes = this.#carry.bytes;
    this.at = 0;
    this.end = this.#carry.length;
  }

  /** The next bits, 16 at most; -1 where there are too few. */
  take(count: number): number {
    while (this.held < count) {
      if (this.at === this.end) return -1;
      this.hold |= (this.bytes[this.at] ?? 0) << this.held;
      this.at += 1;
      this.held += 8;
    }
    const bits = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.held -= count;
    return bits;
  }

  /** Takes bytes in as long as there are some: 25 bits at least, where the segment has them. */
  fill(): void {
    while (this.held <= 24 && this.at < this.end) {
      this.hold |= (this.bytes[this.at] ?? 0) << this.held;
      this.at += 1;
      this.held += 8;
    }
  }

  /** Reads over bits that are held. */
  skip(count: number): void {
    this.hold >>>= count;
    this.held -= count;
  }

  /** Reads over what is left of a byte that has begun. */
  skipToByte(): void {
    this.#giveBack();
    this.hold = 0;
    this.held = 0;
  }

  /** Whole bytes among the held bits go back to where they came from. */
  #giveBack(): void {
    this.at -= this.held >> 3;
    this.held &= 7;
    this.hold &= (1 << this.held) - 1;
  }
}

const NOTHING = Buffer.alloc(0);

/** How far back a match reaches at most (RFC 1951 §3.2.5). */
const WINDOW_BYTES = 32_768;

/** Behind so much output, what is older than the window makes room: in 64 KiB, and not for every message. */
const SLIDE_AT = 57_344;
const FIRST_BYTES = 1_024;
/** A larger store, which a long message took, is let go again. */
const KEPT_BYTES = 262_144;
const NOTHING = Buffer.alloc(0);

/** What was inflated, and before it as much as matches may refer to. */
export class InflatedOutput {
  /** What was read last stands here from `start` to `end`, until the next reading {@link begin}s. */
  bytes: Buffer = NOTHING;
  start = 0;
  end = 0;
  /** Where that begins which matches may refer to. */
  #from = 0;

  /** Begins another reading: what was read is read. Returns where it stands. */
  begin(): number {
    const { bytes, end } = this;
    if (end > SLIDE_AT) {
      const shift = end - WINDOW_BYTES;
      if (bytes.length > KEPT_BYTES) this.bytes = Buffer.from(bytes.subarray(shift, end));
      else bytes.copyWithin(0, shift, end);
      this.end = WINDOW_BYTES;
      this.#from = Math.max(0, this.#from - shift);
    }
    this.start = this.end;
    return this.start;
  }

  /** From now on matches refer to nothing that came before. */
  forget(): void {
    if (this.bytes.length > KEPT_BYTES) this.bytes = NOTHING;
    this.end = 0;
    this.#from = 0;
  }

  /** Lets go of all of it: its owner may live on for the length of a trial. */
  drop(): void {
    this.bytes = NOTHING;
    this.start = 0;
    this.end = 0;
    this.#from = 0;
  }

  /** Makes sure of room for so many more bytes. */
  reserve(more: number): void {
    const { bytes, end } = this;
    if (end + more <= bytes.length) return;
    this.bytes = Buffer.allocUnsafeSlow(Math.max(end + more, 2 * bytes.length, FIRST_BYTES));
    bytes.copy(this.bytes, 0, 0, end);
  }

  append(bytes: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    bytes.copy(this.bytes, this.end, start, end);
    this.end += end - start;
  }

  /** Repeats what came `distance` bytes ago; there is room for it. False if nothing came then. */
  repeat(distance: number, length: number): boolean {
    const { bytes, end } = this;
    if (distance > end - this.#from) return false;
    // Byte by byte: it may repeat what it makes.
    for (let to = end; to < end + length; to += 1) bytes[to] = bytes[to - distance] ?? 0;
    this.end = end + length;
    return true;
  }
}

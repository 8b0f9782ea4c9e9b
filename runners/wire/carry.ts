const NOTHING = Buffer.alloc(0);
/** Enough for an event's id or a cut header, which is all that most decoders ever store. */
const FIRST_BYTES = 64;
/** A store up to this size is kept for the next use; one generator holds up to 20,000 decoders. */
const KEPT_BYTES = 4_096;

/** A native copy costs 0.05 µs before its first byte, and an event's id is copied with every event. */
const SHORT_COPY_BYTES = 32;

/**
 * Bytes that outlive the segment they came in. Sockets read into one buffer again and again, so
 * what a decoder needs later has to be copied; the owner says how much that may be.
 */
export class Carry {
  #bytes: Buffer = NOTHING;
  #length = 0;

  /** The store; its first {@link length} bytes are meaningful, until the next {@link append}. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  append(buffer: Buffer, start: number, end: number): void {
    const length = this.#length + end - start;
    if (length > this.#bytes.length) {
      // Doubling: a message in n segments is copied O(1) times a byte, not O(n).
      const larger = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length, FIRST_BYTES));
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    if (end - start <= SHORT_COPY_BYTES) {
      for (let at = start; at < end; at += 1) this.#bytes[this.#length + at - start] = buffer[at] ?? 0;
    } else {
      buffer.copy(this.#bytes, this.#length, start, end);
    }
    this.#length = length;
  }

  /** Forgets all; a view of {@link bytes} taken before stays readable until the next {@link append}. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > KEPT_BYTES) this.#bytes = NOTHING;
  }
}

/** Bytes in a store that is made when it is first needed. */
export function carriedBytes(carry: Carry | null): number {
  return carry === null ? 0 : carry.length;
}

import { Carry } from './carry.ts';

/**
 * The body of an answer that is coming in: a view of the receive buffer as long as it lies in
 * one piece there, which it nearly always does, else a copy.
 */
export class BodyCollector {
  #view: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  readonly #copied = new Carry();

  /** Bytes of the body so far. */
  get length(): number {
    return this.#copied.length + this.#end - this.#start;
  }

  /** Adds the next bytes; they need to be valid only until {@link keep} or {@link take}. */
  add(bytes: Buffer, start: number, end: number): void {
    if (this.length > 0) this.keep();
    this.#view = bytes;
    this.#start = start;
    this.#end = end;
  }

  /** Copies what is still a view: the receive buffer is about to be used again. */
  keep(): void {
    if (this.#end === this.#start) return;
    // Into one buffer: a server may send chunks of a byte, and an object for each would take 100 times its length.
    this.#copied.append(this.#view, this.#start, this.#end);
    this.#start = this.#end;
  }

  /** The whole body, to be read before the next {@link add}; the collector is empty afterwards. */
  take(): { bytes: Buffer; start: number; end: number } {
    if (this.#copied.length > 0) {
      this.keep();
      const { bytes, length } = this.#copied;
      this.#copied.clear();
      return { bytes, start: 0, end: length };
    }
    const whole = { bytes: this.#view, start: this.#start, end: this.#end };
    this.#start = this.#end;
    return whole;
  }
}

const EMPTY = Buffer.alloc(0);

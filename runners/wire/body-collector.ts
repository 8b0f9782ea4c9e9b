/**
 * The body of an answer that is coming in: a view of the receive buffer as long as it lies in
 * one piece there, which it nearly always does, else a copy.
 */
export class BodyCollector {
  #view: Buffer = EMPTY;
  #start = 0;
  #end = 0;
  #copies: Buffer[] = [];
  #copiedBytes = 0;

  /** Bytes of the body so far. */
  get length(): number {
    return this.#copiedBytes + this.#end - this.#start;
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
    this.#copies.push(Buffer.from(this.#view.subarray(this.#start, this.#end)));
    this.#copiedBytes += this.#end - this.#start;
    this.#start = this.#end;
  }

  /** The whole body; the collector is empty afterwards. */
  take(): { bytes: Buffer; start: number; end: number } {
    if (this.#copies.length === 0) {
      const whole = { bytes: this.#view, start: this.#start, end: this.#end };
      this.#start = this.#end;
      return whole;
    }
    this.keep();
    const bytes = Buffer.concat(this.#copies);
    this.#copies = [];
    this.#copiedBytes = 0;
    return { bytes, start: 0, end: bytes.length };
  }
}

const EMPTY = Buffer.alloc(0);

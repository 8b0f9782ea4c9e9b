import { Inflater } from './inflate.ts';
import type { InflatedOutput } from './inflated-output.ts';
import { ProtocolError } from './protocol-error.ts';

/** What a sender leaves out at the end of a message (RFC 7692 §7.2.1). */
const OMITTED = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** For messages that fit, as nearly all do, one for all: a message is inflated as a whole, in one call. */
const SCRATCH = Buffer.allocUnsafeSlow(64 * 1024);

/** Where a message stands that was inflated. */
type Inflated = Readonly<Pick<InflatedOutput, 'bytes' | 'start' | 'end'>>;

/** Inflates the messages of one peer of a WebSocket (RFC 7692 §7.2.2). */
export class MessageInflater {
  readonly #inflater = new Inflater(true);
  readonly #hasContext: boolean;
  readonly #maxBytes: number;

  /**
   * @param hasContext whether a message may refer to those before it.
   * @param maxBytes the longest message, inflated.
   */
  constructor(hasContext: boolean, maxBytes: number) {
    this.#hasContext = hasContext;
    this.#maxBytes = maxBytes;
  }

  /**
   * Inflates a message, which then stands in the result's `bytes` from `start` to `end`, until the next one.
   *
   * @throws ProtocolError `deflate-bad-data`, or `ws-message-too-large` as soon as it is; it must not be used after.
   */
  inflate(data: Buffer, start: number, end: number): Inflated {
    try {
      return this.#inflate(data, start, end);
    } catch (error) {
      // Up to twice the longest message.
      this.#inflater.output.drop();
      throw error;
    }
  }

  #inflate(data: Buffer, start: number, end: number): Inflated {
    const inflater = this.#inflater;
    if (!this.#hasContext) inflater.output.forget();
    const length = end - start;
    const whole =
      length + OMITTED.length > SCRATCH.length ? Buffer.allocUnsafe(length + OMITTED.length) : SCRATCH;
    data.copy(whole, 0, start, end);
    OMITTED.copy(whole, length);
    inflater.feed(whole, 0, length + OMITTED.length);
    if (inflater.read(this.#maxBytes + 1)) {
      throw new ProtocolError(
        'ws-message-too-large',
        `${length} bytes that inflate to a message of more than ${this.#maxBytes}`,
      );
    }
    if (!inflater.betweenBlocks) {
      throw new ProtocolError(
        'deflate-bad-data',
        'a compressed message that ends within a block (RFC 7692 §7.2.2)',
      );
    }
    return inflater.output;
  }
}

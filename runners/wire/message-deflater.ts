import { constants, deflateRawSync } from 'node:zlib';
import type { Deflating } from './websocket-extensions.ts';

/**
 * A message refers to so much of those before it, and no further: that is the last messages of a client, and
 * what a compressor has to look through for every one.
 */
const CONTEXT_BYTES = 4_096;

/** zlib makes no smaller window than this one, though the smallest that may be agreed on is half of it. */
const MIN_WINDOW_BITS = 9;

/** Left out at the end of every message (RFC 7692 §7.2.1). */
const OMITTED_BYTES = 4;

/** Compresses the messages that one client of a WebSocket sends, each at once (RFC 7692 §7.2.1). */
export class MessageDeflater {
  readonly #windowBits: number;
  readonly #contextBytes: number;
  #context: Buffer = Buffer.alloc(0);

  constructor({ clientContext, clientWindowBits }: Deflating) {
    this.#windowBits = clientWindowBits;
    this.#contextBytes = clientContext ? Math.min(CONTEXT_BYTES, 2 ** clientWindowBits) : 0;
  }

  /** The compressed message; `null` where it has to be sent as it is (RFC 7692 §6). */
  deflate(message: Buffer): Buffer | null {
    if (this.#windowBits < MIN_WINDOW_BITS) return null;
    const flushed = deflateRawSync(message, {
      windowBits: this.#windowBits,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#context.length === 0 ? {} : { dictionary: this.#context }),
    });
    if (this.#contextBytes > 0) {
      const seen = Buffer.concat([this.#context, message]);
      this.#context = seen.subarray(Math.max(0, seen.length - this.#contextBytes));
    }
    return flushed.subarray(0, flushed.length - OMITTED_BYTES);
  }
}

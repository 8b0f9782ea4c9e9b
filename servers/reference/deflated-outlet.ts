import type { Socket } from 'node:net';
import { constants, type DeflateRaw, type Gzip } from 'node:zlib';
import { whenFree } from './deflate-turns.ts';

/**
 * What is written to one socket goes through one compressor, which remembers what it was given before: so no two
 * subscribers get the same bytes. Each piece is flushed by itself (Z_SYNC_FLUSH), since somebody waits for it.
 */
export class DeflatedOutlet {
  readonly #socket: Socket;
  readonly #compressor: DeflateRaw | Gzip;
  readonly #wrap: (compressed: Buffer) => Buffer;
  readonly #isOpen: () => boolean;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isBusy = false;
  #compressed: Buffer[] = [];
  #onDrained: (() => void) | null = null;

  /**
   * @param wrap makes of a compressed piece what goes to the socket.
   * @param isOpen false as soon as nothing more may be written.
   */
  constructor(
    socket: Socket,
    compressor: DeflateRaw | Gzip,
    wrap: (compressed: Buffer) => Buffer,
    isOpen: () => boolean,
  ) {
    this.#socket = socket;
    this.#compressor = compressor;
    this.#wrap = wrap;
    this.#isOpen = isOpen;
    compressor.on('data', (bytes: Buffer) => this.#compressed.push(bytes));
    socket.once('close', () => {
      this.#waiting.length = 0;
      // In the middle of a piece it must not: the pool still works in its memory.
      if (!this.#isBusy) compressor.close();
    });
  }

  /** What was written and is not on its way: not yet compressed, or not yet taken by the system. */
  get unsentBytes(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  /** Compresses and sends a piece, behind those before it. */
  write(piece: Buffer): void {
    this.#waiting.push(piece);
    this.#waitingBytes += piece.length;
    this.#next();
  }

  /** Calls back once, when all that was written is on its way. */
  onceDrained(callback: () => void): void {
    this.#onDrained = callback;
  }

  #next(): void {
    if (this.#isBusy) return;
    const piece = this.#waiting.shift();
    if (piece === undefined) return;
    this.#isBusy = true;
    whenFree((done) => {
      if (this.#socket.destroyed) {
        done();
        this.#compressor.close();
        return;
      }
      this.#compressor.write(piece);
      this.#compressor.flush(constants.Z_SYNC_FLUSH, () => {
        done();
        this.#isBusy = false;
        this.#waitingBytes -= piece.length;
        this.#send();
      });
    });
  }

  #send(): void {
    const compressed = Buffer.concat(this.#compressed);
    this.#compressed = [];
    if (this.#socket.destroyed) {
      this.#compressor.close();
      return;
    }
    if (this.#isOpen()) this.#socket.write(this.#wrap(compressed), () => this.#sent());
    this.#next();
  }

  #sent(): void {
    if (this.unsentBytes > 0 || this.#onDrained === null) return;
    const callback = this.#onDrained;
    this.#onDrained = null;
    callback();
  }
}

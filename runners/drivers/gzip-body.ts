import type { EventStreamDecoder } from '../wire/event-stream.ts';
import { GunzipStream } from '../wire/gunzip-stream.ts';
import { shareOf } from '../wire/proportion.ts';

/**
 * The body of an event stream that is compressed, which is read as the one that is not: it is decoded piece by
 * piece and says how much of what came is consumed. Within a piece, that grows in proportion to what the piece is
 * inflated to, so that each of its events has its share of the bytes on the wire.
 */
export class GzipBody {
  readonly #events: EventStreamDecoder;
  readonly #gunzip: GunzipStream;
  /** Bytes that came, with the segment that is being decoded. */
  #came = 0;
  /** Of these, where the piece begins that is being decoded, and where it ends. */
  #from = 0;
  #to = 0;
  /** What the decoder of events had consumed before the piece, and how long the piece is. */
  #inflatedBefore = 0;
  #inflated = 0;

  constructor(events: EventStreamDecoder) {
    this.#events = events;
    this.#gunzip = new GunzipStream((bytes, start, end, left) => {
      this.#from = this.#to;
      this.#to = Math.max(this.#from, this.#came - left);
      this.#inflatedBefore = this.#events.consumed;
      this.#inflated = end - start;
      this.#events.decode(bytes, start, end);
    });
  }

  /** Bytes of the wire that are consumed, as far as the events have been read. */
  get consumed(): number {
    const read = this.#events.consumed - this.#inflatedBefore;
    return this.#from + shareOf(this.#to - this.#from, read, this.#inflated);
  }

  /** @throws ProtocolError what a decoder of gzip or of events does; it must not be used after. */
  decode(bytes: Buffer, start: number, end: number): void {
    this.#came += end - start;
    try {
      this.#gunzip.decode(bytes, start, end);
    } finally {
      // All of a segment is consumed, also of one that is refused in the middle.
      this.#from = this.#came;
      this.#to = this.#came;
    }
  }
}

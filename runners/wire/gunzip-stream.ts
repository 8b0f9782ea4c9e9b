import { Carry } from './carry.ts';
import { Inflater } from './inflate.ts';
import { ProtocolError } from './protocol-error.ts';

/** Told what was inflated, a view that is valid only during the call, and how much of the segment is `left`. */
export type OnInflated = (bytes: Buffer, start: number, end: number, left: number) => void;

/** So much is inflated at a time: a byte may become a thousand, and none of them need to be there together. */
const PIECE_BYTES = 65_536;
/** A name or comment of more than this has no business before a stream. */
const MAX_HEAD_BYTES = 4_096;
/** Checksum and length (RFC 1952 §2.3.1). */
const TRAILER_BYTES = 8;

/**
 * Inflates one member of gzip (RFC 1952) that comes in segments of any size, as far as each of them goes: what a
 * server has flushed (Z_SYNC_FLUSH) is there when its last byte is. The checksum of a stream that has an end
 * is read over: it comes when all has long been delivered.
 */
export class GunzipStream {
  readonly #onInflated: OnInflated;
  readonly #inflater = new Inflater(false);
  /** The head, until it is whole; `null` from then on. */
  #head: Carry | null = new Carry();
  /** Bytes that came behind the last block. */
  #behind = 0;

  constructor(onInflated: OnInflated) {
    this.#onInflated = onInflated;
  }

  /** @throws ProtocolError `deflate-bad-data`, or what it tells throws; it must not be used after. */
  decode(buffer: Buffer, start: number, end: number): void {
    try {
      this.#decode(buffer, start, end);
    } catch (error) {
      this.#inflater.output.drop();
      throw error;
    }
  }

  #decode(buffer: Buffer, start: number, end: number): void {
    if (this.#head === null) {
      this.#inflate(buffer, start, end);
      return;
    }
    const head = this.#head;
    head.append(buffer, start, end);
    const headEnd = gzipHeadEnd(head.bytes, head.length);
    if (headEnd === -1) {
      if (head.length > MAX_HEAD_BYTES) fail(`a head of more than ${MAX_HEAD_BYTES} bytes`);
      return;
    }
    this.#head = null;
    this.#inflate(head.bytes, headEnd, head.length);
  }

  #inflate(buffer: Buffer, from: number, to: number): void {
    const inflater = this.#inflater;
    if (inflater.ended) {
      this.#endWith(to - from);
      return;
    }
    inflater.feed(buffer, from, to);
    for (let goesOn = true; goesOn; ) {
      goesOn = inflater.read(PIECE_BYTES);
      const { bytes, start, end } = inflater.output;
      if (end > start) this.#onInflated(bytes, start, end, inflater.left);
    }
    if (inflater.ended) this.#endWith(inflater.takeRest().length);
  }

  #endWith(bytes: number): void {
    this.#behind += bytes;
    if (this.#behind > TRAILER_BYTES) fail('bytes behind its end');
  }
}

const FLAG = { headChecksum: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 } as const;
const DEFLATE = 8;

/**
 * Where the head of a member ends (RFC 1952 §2.3); -1 if it is not whole.
 *
 * @throws ProtocolError `deflate-bad-data` if it is none.
 */
function gzipHeadEnd(bytes: Buffer, length: number): number {
  if (length < 10) return -1;
  const flags = bytes[3] ?? 0;
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== DEFLATE || (flags & FLAG.reserved) !== 0) {
    fail(`a stream that begins with ${bytes.toString('hex', 0, 4)}`);
  }
  let end = 10;
  if (flags & FLAG.extra) {
    if (length < end + 2) return -1;
    end += 2 + bytes.readUInt16LE(end);
  }
  for (const flag of [FLAG.name, FLAG.comment]) {
    if ((flags & flag) === 0) continue;
    const zero = end < length ? bytes.subarray(0, length).indexOf(0, end) : -1;
    if (zero === -1) return -1;
    end = zero + 1;
  }
  if (flags & FLAG.headChecksum) end += 2;
  return end > length ? -1 : end;
}

function fail(evidence: string): never {
  throw new ProtocolError('deflate-bad-data', `not gzip: ${evidence} (RFC 1952)`);
}

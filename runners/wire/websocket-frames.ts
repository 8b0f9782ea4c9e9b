import { Carry } from './carry.ts';
import { ProtocolError } from './protocol-error.ts';
import {
  applyMask,
  checkControl,
  checkReserved,
  DEFLATED,
  FIN,
  headerLength,
  MASK,
  OPCODE,
  payloadLength,
} from './websocket-header.ts';

export { DEFLATED, encodeFrame, frameHeaderBytes, OPCODE } from './websocket-header.ts';

/** The opcode of a frame that is not part of a message. */
export type ControlOpcode = 0x8 | 0x9 | 0xa;

/** What a decoder of frames tells. Every byte consumed is in exactly one call, as data or as framing. */
export interface FrameEvents {
  /**
   * A message, text or binary, is complete; its fragments are joined. The view is valid only
   * during the call. `framingBytes` counts the headers of all its frames; `deflated`: it is still
   * compressed (RFC 7692 §6).
   */
  onMessage(data: Buffer, start: number, end: number, framingBytes: number, deflated: boolean): void;
  /** A close, ping or pong: a view of its payload, and its whole length on the wire. */
  onControl(opcode: ControlOpcode, data: Buffer, start: number, end: number, wireBytes: number): void;
}

export interface FrameLimits {
  readonly maxMessageBytes: number;
  /** Whether frames arrive masked: false for a client's decoder, true for a server's (RFC 6455 §5.1). */
  readonly masked: boolean;
  /** Whether a message may be compressed (RFC 7692 §6). */
  readonly deflates: boolean;
}

/** The longest message, inflated or not, unless told otherwise: sixteen times the contract's largest frame. */
export const MAX_MESSAGE_BYTES = 1 << 24;
const DEFAULT_LIMITS: FrameLimits = { maxMessageBytes: MAX_MESSAGE_BYTES, masked: false, deflates: false };

/** First byte of a text in one frame, and the most that one byte says of its length (RFC 6455 §5.2). */
const WHOLE_TEXT = FIN | OPCODE.text;
const MAX_SHORT_BYTES = 125;
const NO_MASK = new Uint8Array(4);

/**
 * Decodes the frames of one WebSocket connection (RFC 6455 §5) in segments of any size, and leaves what is
 * compressed as it is. A message that lies unfragmented within one segment is passed on without a copy.
 *
 * Text is not checked to be UTF-8: frames are opaque to the harness, whose stamps are ASCII, and
 * the check would cost several times what decoding does (`isUtf8` 0.07 µs, a frame 0.02 µs).
 * The conformance suite checks it.
 */
export class WebSocketDecoder {
  readonly #events: FrameEvents;
  readonly #maxMessageBytes: number;
  readonly #maxShortBytes: number;
  readonly #masked: boolean;
  readonly #deflates: boolean;
  /** A header that is cut in two. */
  readonly #header = new Carry();
  /** Payload that outlives its segment; a control frame may come between a message's fragments. */
  readonly #message = new Carry();
  readonly #control = new Carry();
  /** Headers of the frames of the message that has begun; 0 if none has. */
  #messageFraming = 0;
  /** Between two frames, within a header that is cut in two, or within a payload. */
  #at: 'frame' | 'header' | 'payload' = 'frame';
  // Of the frame that is being read.
  #opcode = 0;
  #deflated = false;
  #fin = false;
  #length = 0;
  #remaining = 0;
  #frameHeaderBytes = 0;
  #mask: Uint8Array = NO_MASK;

  constructor(events: FrameEvents, limits: Partial<FrameLimits> | null = null) {
    const { maxMessageBytes, masked, deflates } =
      limits === null ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, ...limits };
    this.#events = events;
    this.#maxMessageBytes = maxMessageBytes;
    this.#maxShortBytes = Math.min(MAX_SHORT_BYTES, maxMessageBytes);
    this.#masked = masked;
    this.#deflates = deflates;
  }

  /** True while no part of a message or control frame is outstanding. */
  get betweenMessages(): boolean {
    return this.#at === 'frame' && this.#messageFraming === 0;
  }

  /** @throws ProtocolError if the peer breaks the protocol; the decoder must not be used after. */
  decode(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      const next = this.#passShortText(buffer, at, end);
      if (next !== at) {
        at = next;
        continue;
      }
      if (this.#at !== 'payload') at = this.#readHeader(buffer, at, end);
      // A frame may have no payload, so that it is complete with nothing of the segment left.
      if (this.#at === 'payload') at = this.#readPayload(buffer, at, end);
    }
  }

  /**
   * Passes a text of at most 125 B on if it lies here in one frame, as nearly all do: two bytes say
   * all about it, and nothing of this decoder has to be written. A delivery takes 0.33 µs so, and
   * 0.37 µs through the states.
   *
   * @returns the position behind it; `start` for anything else.
   */
  #passShortText(buffer: Buffer, start: number, end: number): number {
    if (buffer[start] !== WHOLE_TEXT || this.#at !== 'frame' || this.#messageFraming > 0 || this.#masked)
      return start;
    const length = buffer[start + 1] ?? 0;
    const payload = start + 2;
    if (length > this.#maxShortBytes || payload + length > end) return start;
    this.#events.onMessage(buffer, payload, payload + length, 2, false);
    return payload + length;
  }

  #readHeader(buffer: Buffer, start: number, end: number): number {
    const header = this.#header;
    if (this.#at === 'frame' && start + 2 <= end) {
      const length = headerLength(buffer[start + 1] ?? 0);
      if (start + length <= end) {
        this.#beginFrame(buffer, start, length);
        return start + length;
      }
    }
    this.#at = 'header';
    let at = start;
    while (at < end) {
      header.append(buffer, at, at + 1);
      at += 1;
      const { bytes, length } = header;
      if (length >= 2 && length === headerLength(bytes[1] ?? 0)) {
        header.clear();
        this.#at = 'frame';
        this.#beginFrame(bytes, 0, length);
        break;
      }
    }
    return at;
  }

  #beginFrame(bytes: Buffer, start: number, headerBytes: number): void {
    const first = bytes[start] ?? 0;
    const second = bytes[start + 1] ?? 0;
    checkReserved(first, this.#deflates);
    const masked = (second & MASK) !== 0;
    if (masked !== this.#masked) {
      throw masked
        ? new ProtocolError('ws-masked', 'a server must not mask its frames (RFC 6455 §5.1)')
        : new ProtocolError('ws-unmasked', 'a client must mask its frames (RFC 6455 §5.1)');
    }
    const length = payloadLength(bytes, start);
    this.#opcode = first & 0x0f;
    this.#fin = (first & FIN) !== 0;
    this.#length = length;
    this.#remaining = length;
    this.#frameHeaderBytes = headerBytes;
    if (masked) this.#mask = Uint8Array.from(bytes.subarray(start + headerBytes - 4, start + headerBytes));
    if (this.#opcode >= 0x8) this.#beginControl();
    else this.#beginData((first & DEFLATED) !== 0);
    this.#at = 'payload';
  }

  #beginControl(): void {
    if (this.#opcode > OPCODE.pong) this.#failOpcode();
    checkControl(this.#opcode, this.#fin, this.#length);
  }

  #beginData(deflated: boolean): void {
    if (this.#opcode > OPCODE.binary) this.#failOpcode();
    const continues = this.#opcode === OPCODE.continuation;
    if (continues !== this.#messageFraming > 0) {
      throw new ProtocolError(
        'ws-bad-continuation',
        continues ? 'a continuation of no message' : 'a new message within a fragmented one (RFC 6455 §5.4)',
      );
    }
    if (this.#message.length + this.#length > this.#maxMessageBytes) {
      // Its owner may live on for the length of a trial, and so may thousands of others.
      this.#message.clear();
      throw new ProtocolError(
        'ws-message-too-large',
        `a message of more than ${this.#maxMessageBytes} bytes`,
      );
    }
    this.#messageFraming += this.#frameHeaderBytes;
    if (!continues) this.#deflated = deflated;
  }

  #failOpcode(): never {
    throw new ProtocolError(
      'ws-bad-opcode',
      `opcode 0x${this.#opcode.toString(16)} is reserved (RFC 6455 §5.2)`,
    );
  }

  #readPayload(buffer: Buffer, start: number, end: number): number {
    const payloadEnd = Math.min(end, start + this.#remaining);
    const isControl = this.#opcode >= 0x8;
    const carry = isControl ? this.#control : this.#message;
    const whole = payloadEnd - start === this.#length;
    if (whole && !this.#masked && carry.length === 0 && (this.#fin || isControl)) {
      this.#at = 'frame';
      this.#finish(buffer, start, payloadEnd);
      return payloadEnd;
    }
    const from = carry.length;
    carry.append(buffer, start, payloadEnd);
    if (this.#masked) {
      applyMask(carry.bytes, from, carry.length, this.#mask, this.#length - this.#remaining);
    }
    this.#remaining -= payloadEnd - start;
    if (this.#remaining === 0) {
      this.#at = 'frame';
      if (this.#fin) {
        const { bytes, length } = carry;
        carry.clear();
        this.#finish(bytes, 0, length);
      }
    }
    return payloadEnd;
  }

  #finish(data: Buffer, start: number, end: number): void {
    if (this.#opcode >= 0x8) {
      this.#events.onControl(
        this.#opcode as ControlOpcode,
        data,
        start,
        end,
        this.#frameHeaderBytes + end - start,
      );
    } else {
      const framingBytes = this.#messageFraming;
      this.#messageFraming = 0;
      this.#events.onMessage(data, start, end, framingBytes, this.#deflated);
    }
  }
}

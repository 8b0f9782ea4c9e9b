import { Carry } from './carry.ts';
import { ProtocolError } from './protocol-error.ts';

/** Opcodes of RFC 6455 §5.2. */
export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

/** The opcode of a frame that is not part of a message. */
export type ControlOpcode = 0x8 | 0x9 | 0xa;

/** What a decoder of frames tells. Every byte consumed is in exactly one call, as data or as framing. */
export interface FrameEvents {
  /**
   * A message, text or binary, is complete; its fragments are joined. The view is valid only
   * during the call. `framingBytes` counts the headers of all its frames.
   */
  onMessage(data: Buffer, start: number, end: number, framingBytes: number): void;
  /** A close, ping or pong: a view of its payload, and its whole length on the wire. */
  onControl(opcode: ControlOpcode, data: Buffer, start: number, end: number, wireBytes: number): void;
}

export interface FrameLimits {
  readonly maxMessageBytes: number;
  /** Whether frames arrive masked: false for a client's decoder, true for a server's (RFC 6455 §5.1). */
  readonly masked: boolean;
}

/** Sixteen times the contract's largest frame; a client. */
const DEFAULT_LIMITS: FrameLimits = { maxMessageBytes: 1 << 24, masked: false };

const FIN = 0x80;
const MASK = 0x80;
const MAX_CONTROL_BYTES = 125;
const MAX_HEADER_BYTES = 14;

/** Length of the header that `payloadBytes` need (RFC 6455 §5.2). */
export function frameHeaderBytes(payloadBytes: number, masked: boolean): number {
  const lengthBytes = payloadBytes <= 125 ? 2 : payloadBytes <= 0xffff ? 4 : 10;
  return masked ? lengthBytes + 4 : lengthBytes;
}

/**
 * One unfragmented frame, header and payload in one buffer and so in one write: two writes meet
 * Nagle and delayed acknowledgement.
 *
 * @param mask - four bytes, fresh for every frame that a client sends; `null` for a server.
 */
export function encodeFrame(opcode: number, payload: Uint8Array, mask: Uint8Array | null): Buffer {
  const { length } = payload;
  const header = frameHeaderBytes(length, mask !== null);
  const frame = Buffer.allocUnsafe(header + length);
  const maskBit = mask === null ? 0 : MASK;
  frame[0] = FIN | opcode;
  if (length <= 125) {
    frame[1] = maskBit | length;
  } else if (length <= 0xffff) {
    frame[1] = maskBit | 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = maskBit | 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(payload, header);
  if (mask !== null) {
    frame.set(mask, header - 4);
    applyMask(frame, header, frame.length, mask, 0);
  }
  return frame;
}

/** RFC 6455 §5.3, in place; `phase` is the position of `start` within its frame's payload. */
function applyMask(bytes: Buffer, start: number, end: number, mask: Uint8Array, phase: number): void {
  for (let at = start; at < end; at += 1) {
    bytes[at] = (bytes[at] ?? 0) ^ (mask[(at - start + phase) & 3] ?? 0);
  }
}

/**
 * Decodes the frames of one WebSocket connection (RFC 6455 §5) in segments of any size, with no
 * extension negotiated. A message that lies unfragmented within one segment is passed on without
 * a copy.
 *
 * Text is not checked to be UTF-8: frames are opaque to the harness, whose stamps are ASCII, and
 * the check would cost as much as the decoding. The conformance suite checks it.
 */
export class WebSocketDecoder {
  readonly #events: FrameEvents;
  readonly #maxMessageBytes: number;
  readonly #masked: boolean;
  /** A header that is cut in two. */
  readonly #header = Buffer.alloc(MAX_HEADER_BYTES);
  #headerBytes = 0;
  /** Payload that outlives its segment; a control frame may come between a message's fragments. */
  readonly #message = new Carry();
  readonly #control = new Carry();
  /** Headers of the frames of the message that has begun; 0 if none has. */
  #messageFraming = 0;
  #inPayload = false;
  // The frame whose payload is being read.
  #opcode = 0;
  #fin = false;
  #length = 0;
  #remaining = 0;
  #frameHeaderBytes = 0;
  readonly #mask = Buffer.alloc(4);

  constructor(events: FrameEvents, limits: Partial<FrameLimits> = {}) {
    const { maxMessageBytes, masked } = { ...DEFAULT_LIMITS, ...limits };
    this.#events = events;
    this.#maxMessageBytes = maxMessageBytes;
    this.#masked = masked;
  }

  /** True while no part of a message or control frame is outstanding. */
  get betweenMessages(): boolean {
    return !this.#inPayload && this.#headerBytes === 0 && this.#messageFraming === 0;
  }

  /** @throws ProtocolError if the peer breaks the protocol; the decoder must not be used after. */
  decode(buffer: Buffer, start: number, end: number): void {
    let at = start;
    while (at < end) {
      if (!this.#inPayload) at = this.#readHeader(buffer, at, end);
      // A frame may have no payload, so that it is complete with nothing of the segment left.
      if (this.#inPayload) at = this.#readPayload(buffer, at, end);
    }
  }

  #readHeader(buffer: Buffer, start: number, end: number): number {
    if (this.#headerBytes === 0) {
      const length = start + 2 <= end ? headerLength(buffer[start + 1] ?? 0) : MAX_HEADER_BYTES;
      if (start + length <= end) {
        this.#beginFrame(buffer, start, length);
        return start + length;
      }
    }
    let at = start;
    while (at < end) {
      this.#header[this.#headerBytes] = buffer[at] ?? 0;
      this.#headerBytes += 1;
      at += 1;
      if (this.#headerBytes >= 2 && this.#headerBytes === headerLength(this.#header[1] ?? 0)) {
        const length = this.#headerBytes;
        this.#headerBytes = 0;
        this.#beginFrame(this.#header, 0, length);
        break;
      }
    }
    return at;
  }

  #beginFrame(bytes: Buffer, start: number, headerBytes: number): void {
    const first = bytes[start] ?? 0;
    const second = bytes[start + 1] ?? 0;
    if ((first & 0x70) !== 0) {
      throw new ProtocolError(
        'ws-reserved-bits',
        `a frame begins with 0x${first.toString(16)}; no extension is in use`,
      );
    }
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
    if (masked) bytes.copy(this.#mask, 0, start + headerBytes - 4, start + headerBytes);
    if (this.#opcode >= 0x8) this.#beginControl();
    else this.#beginData();
    this.#inPayload = true;
  }

  #beginControl(): void {
    if (this.#opcode > OPCODE.pong) this.#failOpcode();
    if (
      !this.#fin ||
      this.#length > MAX_CONTROL_BYTES ||
      (this.#opcode === OPCODE.close && this.#length === 1)
    ) {
      throw new ProtocolError(
        'ws-bad-control',
        `a control frame of ${this.#length} bytes${this.#fin ? '' : ', fragmented'} (RFC 6455 §5.5)`,
      );
    }
  }

  #beginData(): void {
    if (this.#opcode > OPCODE.binary) this.#failOpcode();
    const continues = this.#opcode === OPCODE.continuation;
    if (continues !== this.#messageFraming > 0) {
      throw new ProtocolError(
        'ws-bad-continuation',
        continues ? 'a continuation of no message' : 'a new message within a fragmented one (RFC 6455 §5.4)',
      );
    }
    if (this.#message.length + this.#length > this.#maxMessageBytes) {
      throw new ProtocolError(
        'ws-message-too-large',
        `a message of more than ${this.#maxMessageBytes} bytes`,
      );
    }
    this.#messageFraming += this.#frameHeaderBytes;
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
      this.#inPayload = false;
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
      this.#inPayload = false;
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
      this.#events.onMessage(data, start, end, framingBytes);
    }
  }
}

function headerLength(second: number): number {
  const length = second & 0x7f;
  const lengthBytes = length <= 125 ? 2 : length === 126 ? 4 : 10;
  return (second & MASK) === 0 ? lengthBytes : lengthBytes + 4;
}

function payloadLength(bytes: Buffer, start: number): number {
  const short = (bytes[start + 1] ?? 0) & 0x7f;
  if (short <= 125) return short;
  const length =
    short === 126
      ? bytes.readUInt16BE(start + 2)
      : bytes.readUInt32BE(start + 2) * 0x1_0000_0000 + bytes.readUInt32BE(start + 6);
  // "The minimal number of bytes MUST be used", "the most significant bit MUST be 0" (RFC 6455 §5.2).
  if (length <= (short === 126 ? 125 : 0xffff) || length >= 2 ** 63) {
    throw new ProtocolError(
      'ws-bad-length',
      `a payload length of ${length} in ${short === 126 ? 16 : 64} bits`,
    );
  }
  return length;
}

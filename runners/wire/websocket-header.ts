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

/** The first bit of a frame: it ends its message. */
export const FIN = 0x80;
/** The bits that extensions may use (RFC 6455 §5.2), and the one that says: compressed (RFC 7692 §6). */
const RESERVED = 0x70;
export const DEFLATED = 0x40;
/** The first bit of the second byte: a mask follows the length. */
export const MASK = 0x80;

/** Length of the header that `payloadBytes` need (RFC 6455 §5.2). */
export function frameHeaderBytes(payloadBytes: number, masked: boolean): number {
  const lengthBytes = payloadBytes <= 125 ? 2 : payloadBytes <= 0xffff ? 4 : 10;
  return masked ? lengthBytes + 4 : lengthBytes;
}

/**
 * One unfragmented frame, header and payload in one buffer and so in one write: two writes meet
 * Nagle and delayed acknowledgement.
 *
 * @param opcode - with {@link DEFLATED} where the payload is compressed.
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
export function applyMask(bytes: Buffer, start: number, end: number, mask: Uint8Array, phase: number): void {
  for (let at = start; at < end; at += 1) {
    bytes[at] = (bytes[at] ?? 0) ^ (mask[(at - start + phase) & 3] ?? 0);
  }
}

/** Length of the header whose second byte is `second`. */
export function headerLength(second: number): number {
  const length = second & 0x7f;
  const lengthBytes = length <= 125 ? 2 : length === 126 ? 4 : 10;
  return (second & MASK) === 0 ? lengthBytes : lengthBytes + 4;
}

/**
 * The payload length in the complete header at `start`.
 *
 * @throws ProtocolError `ws-bad-length`.
 */
export function payloadLength(bytes: Buffer, start: number): number {
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

/** The longest payload of a control frame (RFC 6455 §5.5). */
const MAX_CONTROL_BYTES = 125;

/**
 * Checks what the header of a control frame says.
 *
 * @throws ProtocolError `ws-bad-control`.
 */
export function checkControl(opcode: number, fin: boolean, length: number): void {
  if (fin && length <= MAX_CONTROL_BYTES && (opcode !== OPCODE.close || length !== 1)) return;
  throw new ProtocolError(
    'ws-bad-control',
    `a control frame of ${length} bytes${fin ? '' : ', fragmented'} (RFC 6455 §5.5)`,
  );
}

/**
 * Checks the reserved bits of a frame's first byte.
 *
 * @param deflates whether permessage-deflate was agreed on: then {@link DEFLATED} may begin a message (RFC 7692 §6).
 * @throws ProtocolError `ws-reserved-bits`.
 */
export function checkReserved(first: number, deflates: boolean): void {
  if ((first & RESERVED) === 0) return;
  const opcode = first & 0x0f;
  const begins = opcode === OPCODE.text || opcode === OPCODE.binary;
  if (deflates && begins && (first & RESERVED) === DEFLATED) return;
  const rule = deflates ? 'permessage-deflate allows 0x40, where a message begins' : 'no extension is in use';
  throw new ProtocolError('ws-reserved-bits', `a frame begins with 0x${first.toString(16)}; ${rule}`);
}

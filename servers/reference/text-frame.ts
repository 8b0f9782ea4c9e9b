/** First byte of a whole text (RFC 6455 §5.2). */
export const FIN_AND_TEXT = 0x81;

/**
 * A whole unmasked text frame, as a server sends it (RFC 6455 §5.2).
 *
 * @param first its first byte.
 */
export function textFrame(payload: Buffer, first = FIN_AND_TEXT): Buffer {
  return Buffer.concat([textFrameHeader(payload.length, first), payload]);
}

/** 2, 4 or 10 B: the length is one byte up to 125, else a marker and 16 or 64 bits. */
function textFrameHeader(payloadBytes: number, first: number): Buffer {
  if (payloadBytes <= 125) return Buffer.from([first, payloadBytes]);
  if (payloadBytes <= 0xffff) {
    const header = Buffer.from([first, 126, 0, 0]);
    header.writeUInt16BE(payloadBytes, 2);
    return header;
  }
  const header = Buffer.from([first, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  header.writeBigUInt64BE(BigInt(payloadBytes), 2);
  return header;
}

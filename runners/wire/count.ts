/** A number of more digits may be read as another. */
const MAX_DIGITS = 15;
const DIGIT_0 = 0x30;

/**
 * The count that the bytes from `start` to `end` say, where `String` would write it as they do, without zeros in
 * front; -1 for anything else.
 */
export function countIn(bytes: Buffer, start: number, end: number): number {
  const digits = end - start;
  if (digits === 0 || digits > MAX_DIGITS || (bytes[start] === DIGIT_0 && digits > 1)) return -1;
  let count = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (!isDigit(byte)) return -1;
    count = count * 10 + byte - DIGIT_0;
  }
  return count;
}

/** Whether a byte is a decimal digit of ASCII. */
export function isDigit(byte: number): boolean {
  return byte >= DIGIT_0 && byte <= DIGIT_0 + 9;
}

/** Time's worth of bytes that a reader which had nothing to read may catch up with: an opening's, and a late timer's. */
export const CREDIT_US = 100_000;

/** A read is no longer than this time's worth, so that a slow reader reads a little often and not much rarely. */
const SLICE_US = 50_000;

/**
 * A token bucket that keeps an instant instead of tokens (the virtual scheduling form of ITU-T I.371's
 * generic cell rate algorithm): until when all that has been read is paid for, at so many bytes a second.
 * Nothing is to be read before that instant. Over any time, a reader that keeps to it reads at most the
 * rate times this time and {@link CREDIT_US} and one slice more.
 *
 * @param paidUntilUs the instant before this read; any in the past for the first.
 * @param nowUs when these bytes have been read.
 * @returns the instant after it.
 */
export function paidUntil(paidUntilUs: number, nowUs: number, bytes: number, bytesPerSecond: number): number {
  return Math.max(paidUntilUs, nowUs - CREDIT_US) + (bytes * 1e6) / bytesPerSecond;
}

/** How many bytes to read at a time for a rate: at least one, at most what the buffer holds. */
export function sliceBytes(bytesPerSecond: number, bufferBytes: number): number {
  return Math.max(1, Math.min(bufferBytes, Math.floor((bytesPerSecond * SLICE_US) / 1e6)));
}

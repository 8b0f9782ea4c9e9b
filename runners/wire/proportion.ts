/**
 * The share of compressed bytes that a part of what they inflate to has: in proportion, as whole bytes. What is
 * left is the share of the rest, so that both add up to what came.
 */
export function shareOf(compressedBytes: number, part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((compressedBytes * part) / whole);
}

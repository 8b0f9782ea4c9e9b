/**
 * Marks that turn the direction of what stands around them, or of all that follows (Unicode Standard Annex 9):
 * a name that holds one would turn the sentence that it stands in.
 */
const DIRECTION_MARKS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text of others, with what would turn the text around it written out: `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text.replaceAll(
    DIRECTION_MARKS,
    (mark) => `⟨U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}

/** How many columns of a terminal text takes, which is not how many UTF-16 units it has. */

const SIMPLE = /^[\x20-\x7e]*$/;

/** One mark with what combines with it (Unicode Standard Annex 29): a flag, a family, an `é` of two code points. */
const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Marks that take two columns: the scripts and blocks that are Wide or Fullwidth by Unicode Standard Annex 11, and
 * emoji that are shown as pictures.
 */
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Yi}\u3000-\u303e\u30fc\uff01-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}|^\p{Extended_Pictographic}.*\ufe0f/u;

/** Halfwidth forms, of scripts that are wide otherwise. */
const HALFWIDTH = /^[\uff61-\uffdc]/u;

/** Marks that take no column when they stand alone. */
const NOTHING = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]+$/u;

/** The columns that a line of text takes. */
export function widthOf(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  let width = 0;
  for (const { segment } of GRAPHEMES.segment(text)) width += widthOfMark(segment);
  return width;
}

function widthOfMark(mark: string): 0 | 1 | 2 {
  if (NOTHING.test(mark)) return 0;
  return WIDE.test(mark) && !HALFWIDTH.test(mark) ? 2 : 1;
}

/** Text in so many columns at most; what is cut off is an ellipsis. */
export function clip(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let clipped = '';
  let room = width - 1;
  for (const { segment } of GRAPHEMES.segment(text)) {
    room -= widthOfMark(segment);
    if (room < 0) break;
    clipped += segment;
  }
  return `${clipped}…`;
}

/** `text.padEnd(width)`, by columns. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

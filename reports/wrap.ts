/** Text for a terminal, whoever wrote it. */

import { visible } from './visible.ts';
import { clip, widthOf } from './width.ts';

export { clip };

/** How wide the text may be; a terminal that nobody resized has 80 columns. */
export const TEXT_WIDTH = 80;

/** A space at which a line may be broken: not the one between a number and its unit. */
const BREAK = /(?<!\d) | (?!(?:%|[kMG]?B|[µm]?s)(?!\p{L}))/u;

/** Breaks a line between words; a word longer than the line is cut, since names and reasons are not ours. */
export function wrap(text: string, indent = '', first = '', width = TEXT_WIDTH): string {
  const lines: string[] = [];
  let line = first;
  for (const word of printable(text).split(BREAK)) {
    const next = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (widthOf(next) > width && line.trim() !== '') {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = next;
    }
    line = clip(line, width);
  }
  return [...lines, line].join('\n');
}

/** A server's log or name must not move the cursor, colour the terminal, or turn the line around. */
export function printable(text: string): string {
  return visible(text.replaceAll(/\p{Cc}+/gu, ' '));
}

/** Text for a terminal, whoever wrote it. */

/** How wide the text may be; a terminal that nobody resized has 80 columns. */
export const TEXT_WIDTH = 80;

/** A space at which a line may be broken: not the one between a number and its unit. */
const BREAK = /(?<!\d) | (?!(?:%|[kMG]?B|[µm]?s)(?!\p{L}))/u;

/** Breaks a line between words; a word longer than the line is cut, since names and reasons are not ours. */
export function wrap(text: string, indent = '', first = ''): string {
  const lines: string[] = [];
  let line = first;
  for (const word of printable(text).split(BREAK)) {
    const next = line.trim() === '' ? `${line}${word}` : `${line} ${word}`;
    if (next.length > TEXT_WIDTH && line.trim() !== '') {
      lines.push(line);
      line = `${indent}${word}`;
    } else {
      line = next;
    }
    line = clip(line, TEXT_WIDTH);
  }
  return [...lines, line].join('\n');
}

export function clip(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** A server's log or name must not move the cursor or colour the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ');
}

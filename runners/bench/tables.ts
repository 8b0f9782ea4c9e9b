import { readFileSync, writeFileSync } from 'node:fs';

/** Median, lowest, highest. */
export function spread(values: readonly number[]): [number, number, number] {
  const sorted = values.toSorted((left, right) => left - right);
  return [sorted[sorted.length >> 1] ?? Number.NaN, sorted[0] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
}

/**
 * The number of rounds that `--rounds` asks for.
 *
 * @throws Error if it is not a whole number above 0: a table of no rounds says nothing.
 */
export function roundsOf(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1) {
    throw new Error(`--rounds needs a whole number above 0, not ${JSON.stringify(text)}`);
  }
  return rounds;
}

/** A whole number with its thousands apart. */
export function grouped(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** A Markdown table: the first column to the left, the others, which are numbers, to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = widths.map((width, column) =>
    column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}

/** Replaces what stands between the markers of a command in BENCHMARKS.md. */
export function writeSection(command: string, text: string): void {
  const path = new URL('../../../BENCHMARKS.md', import.meta.url);
  const [begin, end] = [`<!-- begin: ${command} -->`, `<!-- end: ${command} -->`];
  const [before, rest] = readFileSync(path, 'utf8').split(begin);
  const after = rest?.split(end)[1];
  if (after === undefined) throw new Error(`BENCHMARKS.md has no ${begin} … ${end}`);
  writeFileSync(path, `${before}${begin}\n\n${text}\n\n${end}${after}`);
}

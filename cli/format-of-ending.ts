import { extname } from 'node:path';
import { UsageError } from './exit.ts';

/** The formats of files that are known by the endings of their names. */
export type FileFormat = 'text' | 'json' | 'csv' | 'markdown' | 'html';

const FORMATS: ReadonlyMap<string, FileFormat> = new Map([
  ['.txt', 'text'],
  ['.json', 'json'],
  ['.csv', 'csv'],
  ['.md', 'markdown'],
  ['.html', 'html'],
]);

/**
 * The format that a file's name asks for; text where there is no file.
 *
 * @throws UsageError for a name that says nothing, so that nobody gets text in a page's place.
 */
export function formatOfEnding(file: string | undefined): FileFormat {
  if (file === undefined) return 'text';
  const format = FORMATS.get(extname(file).toLowerCase());
  if (format !== undefined) return format;
  throw new UsageError(
    `--output ${file}: its ending says no format; use ${[...FORMATS.keys()].join(', ')}, or say --format`,
  );
}

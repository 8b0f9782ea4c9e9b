import { extname } from 'node:path';

/** The formats of files that are known by the endings of their names. */
export type FileFormat = 'json' | 'csv' | 'markdown' | 'html';

const FORMATS: ReadonlyMap<string, FileFormat> = new Map([
  ['.json', 'json'],
  ['.csv', 'csv'],
  ['.md', 'markdown'],
  ['.html', 'html'],
]);

/** The format that a file's name asks for; `null` where it says nothing, or where there is no file. */
export function formatOfEnding(file: string | undefined): FileFormat | null {
  return FORMATS.get(extname(file ?? '').toLowerCase()) ?? null;
}

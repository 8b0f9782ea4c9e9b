import { extname, resolve } from 'node:path';
import type { Flags, Io } from './command.ts';
import { UsageError } from './exit.ts';
import type { Rooms } from './rooms.ts';

/** What commands that print saved numbers have in common: which format, and where to. */

const FORMATS = ['text', 'json', 'csv', 'markdown', 'html'] as const;

/** One of the formats that every such command has. */
export type Format = (typeof FORMATS)[number];

/** The flags of such a command. */
export const RENDERING = {
  format: { choices: FORMATS, describe: 'What to make of it [text, or by the ending of --output]' },
  output: {
    type: 'string',
    alias: ['o', 'out'],
    describe: 'File to write instead of standard output',
  },
} as const satisfies Flags;

const ENDINGS: ReadonlyMap<string, Format> = new Map([
  ['.txt', 'text'],
  ['.json', 'json'],
  ['.csv', 'csv'],
  ['.md', 'markdown'],
  ['.html', 'html'],
]);

/**
 * The format that is asked for; else the one that the file's name asks for; text where there is no file.
 *
 * @throws UsageError for a name that says nothing, so that nobody gets text in a page's place.
 */
export function formatAsked(format: Format | undefined, output: string | undefined): Format {
  if (format !== undefined) return format;
  if (output === undefined) return 'text';
  const said = ENDINGS.get(extname(output).toLowerCase());
  if (said !== undefined) return said;
  throw new UsageError(
    `--output ${output}: its ending says no format; use ${[...ENDINGS.keys()].join(', ')}, or say --format`,
  );
}

/**
 * Prints, or writes a file at once and whole.
 *
 * @throws WriteError if it cannot be written.
 */
export async function putOut(
  content: string | Uint8Array,
  output: string | undefined,
  io: Io,
  rooms: Rooms,
): Promise<void> {
  if (output === undefined) io.stdout.write(content);
  else await rooms.writeFileAtomic(resolve(io.cwd, output), content);
}

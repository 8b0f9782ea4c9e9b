import { toAscii } from '../reports/ascii.ts';
import type { Io, Output } from './command.ts';

/** How text for a terminal is to look. */
export interface TerminalLook {
  readonly colour: boolean;
  readonly width?: number;
}

/** What standard output shows; it has colours if people want them (https://no-color.org), and width if it is a terminal. */
export function terminalOf({ stdout: { isTTY = false, columns }, env }: Io): TerminalLook {
  const colour = isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  return { colour, ...(isTTY && columns !== undefined && columns > 0 ? { width: columns } : {}) };
}

/**
 * Whether a terminal can be trusted to show more than ASCII: not a dumb one, and none whose locale has another
 * character set. POSIX: the first of the three variables that is not empty says it. Where none is set, as in
 * containers and under CI, what shows the output reads UTF-8.
 */
export function isUnicode({ LC_ALL, LC_CTYPE, LANG, TERM }: Io['env']): boolean {
  if (TERM === 'dumb') return false;
  const locale = LC_ALL || LC_CTYPE || LANG;
  return !locale || /utf-?8/i.test(locale);
}

/** What is printed as data, of which no character may change: in a format other than text. */
function isData({ json, format }: Readonly<Record<string, unknown>>): boolean {
  return json === true || (format !== undefined && format !== 'text');
}

/**
 * The same, writing text for people in ASCII where the terminal shows no more, or where `--ascii` asks for it. Data
 * on standard output, and bytes, stay as they are.
 *
 * @param values the flags of the command.
 */
export function legible(io: Io, values: Readonly<Record<string, unknown>>): Io {
  const asked = values['ascii'];
  if (typeof asked === 'boolean' ? !asked : isUnicode(io.env)) return io;
  return { ...io, stderr: inAscii(io.stderr), stdout: isData(values) ? io.stdout : inAscii(io.stdout) };
}

function inAscii(output: Output): Output {
  return {
    write: (content) => output.write(typeof content === 'string' ? toAscii(content) : content),
    get isTTY() {
      return output.isTTY ?? false;
    },
    // A terminal is resized while a run goes on.
    get columns() {
      return output.columns || 80;
    },
  };
}

import { StringDecoder } from 'node:string_decoder';
import { beginningOf } from './secrets.ts';

/** Longest line that is kept; the rest of it is dropped. */
const MAX_LINE_CHARACTERS = 4_000;

/** Cuts a stream of bytes into lines, whatever the chunks; a multi-byte character may be split. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #open = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const [first = '', ...rest] = this.#decoder.write(chunk).split('\n');
    this.#open = shortened(this.#open + first);
    for (const next of rest) {
      this.#onLine(this.#open.replace(/\r$/, ''));
      this.#open = shortened(next);
    }
  }

  /** The stream has ended: what is left is a line too. */
  end(): void {
    if (this.#open !== '') this.#onLine(this.#open);
    this.#open = '';
  }
}

/** Most lines are short, and are as they are. */
function shortened(line: string): string {
  return line.length <= MAX_LINE_CHARACTERS ? line : beginningOf(line, MAX_LINE_CHARACTERS);
}

/** The last lines that a process has said. */
export class LogTail {
  readonly #maxLines: number;
  readonly #lines: string[] = [];

  constructor(maxLines = 40) {
    this.#maxLines = maxLines;
  }

  add(line: string): void {
    this.#lines.push(line);
    if (this.#lines.length > this.#maxLines) this.#lines.shift();
  }

  /** Oldest first. */
  lines(): readonly string[] {
    return [...this.#lines];
  }
}

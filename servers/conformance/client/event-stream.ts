import type { IncomingMessage } from 'node:http';
import { constants, createGunzip } from 'node:zlib';
import { Broken } from '../verdict.ts';
import { type Codings, isGzip } from './coding.ts';
import { Inbox } from './inbox.ts';
import { AT_ONCE_MS, quoted, within } from './limits.ts';
import { Lines } from './lines.ts';

/** A subscription by event stream. */
export class EventStream {
  readonly frames = new Inbox();
  /** The `id` of every event so far. */
  readonly ids: string[] = [];
  /** Whether it came as gzip. */
  readonly compresses: boolean;
  readonly #response: IncomingMessage;
  readonly #firstLines: string[] = [];
  #data: string[] = [];
  #id = '';
  #onProgress: () => void = () => {};
  #problem: string | null = null;

  private constructor(response: IncomingMessage, compresses: boolean) {
    this.#response = response;
    this.compresses = compresses;
    // What the server has flushed is there when its last byte is.
    const body = compresses ? response.pipe(createGunzip({ flush: constants.Z_SYNC_FLUSH })) : response;
    const lines = new Lines();
    body.on('data', (chunk: Buffer) => {
      try {
        for (const line of lines.push(chunk)) this.#read(line);
      } catch {
        this.#problem = 'the event stream is not UTF-8';
      }
      this.#onProgress();
    });
    const brokeOff = (error: Error) => {
      this.#problem = `the event stream broke off: ${error.message}`;
      this.#onProgress();
    };
    response.on('error', brokeOff);
    if (body !== response) body.on('error', brokeOff);
    body.on('end', () => {
      this.#problem ??= 'the event stream ended by itself';
      this.#onProgress();
    });
  }

  /**
   * Reads a stream whose head has arrived, and waits for its `: subscribed`.
   *
   * @param codings what was asked for
   * @throws Broken if it begins otherwise
   */
  static async subscribed(response: IncomingMessage, codings: Codings = 'identity'): Promise<EventStream> {
    const stream = new EventStream(response, isGzip(response.headers, codings));
    const late = (message: string) =>
      new Broken(message, [`${stream.compresses ? 'as gzip, ' : ''}${stream.#firstLines.length} lines came`]);
    const [first, second] = await within(
      AT_ONCE_MS,
      '": subscribed" and a blank line',
      stream.#opened(),
      late,
    );
    if (first !== ': subscribed' || second !== '') {
      throw new Broken('an event stream must begin with ": subscribed" and a blank line', [
        `its first lines: ${quoted(first ?? '')}, ${quoted(second ?? '')}`,
      ]);
    }
    return stream;
  }

  /** What keeps it from being read further, if anything does. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Hangs up. */
  destroy(): void {
    this.#response.destroy();
  }

  #opened(): Promise<readonly string[]> {
    const opened = new Promise<readonly string[]>((resolve, reject) => {
      this.#onProgress = () => {
        if (this.#firstLines.length === 2) resolve(this.#firstLines);
        else if (this.#problem !== null) reject(new Broken(this.#problem));
      };
      this.#onProgress();
    });
    opened.catch(() => {});
    return opened;
  }

  #read(line: string): void {
    if (this.#firstLines.length < 2) this.#firstLines.push(line);
    if (line === '') {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'id') this.#id = value;
  }

  #dispatch(): void {
    if (this.#data.length === 0) return;
    this.ids.push(this.#id);
    this.frames.push(this.#data.join('\n'));
    this.#data = [];
  }
}

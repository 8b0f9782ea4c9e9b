import { performance } from 'node:perf_hooks';
import { gzipSync } from 'node:zlib';
import { MIN_LOG_FRAMES, MIN_LOG_MS } from '../contract.ts';

/** One frame of a channel, at its place in the log. */
export class Frame {
  /** The cursor after this frame: 1 for the first of a channel. */
  readonly cursor: number;
  readonly text: string;
  /** When it was appended, on the log's clock. */
  readonly atMs: number;
  #json: string | null = null;
  #gzipped: Buffer | null = null;

  constructor(cursor: number, text: string, atMs: number) {
    this.cursor = cursor;
    this.text = text;
    this.atMs = atMs;
  }

  /** The text as a JSON string, made once however many polls ask for it. */
  get json(): string {
    this.#json ??= JSON.stringify(this.text);
    return this.#json;
  }

  /** The text as gzip, made once as well. */
  get gzipped(): Buffer {
    this.#gzipped ??= gzipSync(this.text);
    return this.#gzipped;
  }
}

/** What a log has for a cursor: the frames after it, or that it cannot know them. */
export type Reading =
  | { readonly kind: 'frames'; readonly next: number; readonly frames: readonly Frame[] }
  | { readonly kind: 'gone'; readonly next: number; readonly oldest: number };

/** Frames that may be beyond keeping before they are let go, all at once: a shift per frame would move 10,000. */
const TRIM_EVERY = 256;

/**
 * The frames of one channel, in order, and who waits for the next.
 *
 * Cursors start at 0 and grow by one a frame. A frame is kept until it is neither among the last
 * {@link MIN_LOG_FRAMES} nor younger than {@link MIN_LOG_MS}, whichever comes first, so that a
 * busy channel is bounded by its length and a slow one by its age; up to {@link TRIM_EVERY}
 * frames more may still be there.
 */
export class ChannelLog {
  readonly #now: () => number;
  readonly #listeners = new Set<(frame: Frame) => void>();
  #frames: Frame[] = [];
  #end = 0;

  /** @param now milliseconds of a clock that does not jump. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** The cursor after the newest frame. */
  get end(): number {
    return this.#end;
  }

  /** The smallest cursor whose frames are all still here. */
  get oldest(): number {
    return this.#end - this.#frames.length;
  }

  /** The newest frame, if there ever was one. */
  get newest(): Frame | undefined {
    return this.#frames.at(-1);
  }

  /** Appends a frame and tells every listener before it returns. */
  append(text: string): Frame {
    this.#end += 1;
    const frame = new Frame(this.#end, text, this.#now());
    this.#frames.push(frame);
    if (this.#end % TRIM_EVERY === 0) this.#trim();
    for (const listener of this.#listeners) listener(frame);
    return frame;
  }

  /**
   * The frames after a cursor, oldest first.
   *
   * A cursor beyond the end is `gone` as well: this log never gave it out, so its holder comes
   * from another life of the server and has to start anew. Kafka answers both ends alike too
   * (OFFSET_OUT_OF_RANGE), where waiting for the log to grow there would lose frames unseen.
   */
  read(after: number): Reading {
    const { oldest } = this;
    if (after < oldest || after > this.#end) return { kind: 'gone', next: this.#end, oldest };
    return { kind: 'frames', next: this.#end, frames: this.#frames.slice(after - oldest) };
  }

  /** The frame that follows a cursor which {@link read} would answer, if it exists yet. */
  following(cursor: number): Frame | undefined {
    return this.#frames[cursor - this.oldest];
  }

  /** Calls `listener` with every frame to come, until the returned function is called. */
  listen(listener: (frame: Frame) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #trim(): void {
    const tooMany = Math.max(0, this.#frames.length - MIN_LOG_FRAMES);
    const youngFrom = this.#now() - MIN_LOG_MS;
    // The frame just appended is young, so this always finds one.
    const tooOld = this.#frames.findIndex((frame) => frame.atMs >= youngFrom);
    this.#frames = this.#frames.slice(Math.max(tooMany, tooOld));
  }
}

/** All channels of a server; a channel is there as soon as it is named. */
export class Channels {
  readonly #logs = new Map<string, ChannelLog>();

  /** @param name matches `CHANNEL_PATTERN`. */
  open(name: string): ChannelLog {
    let log = this.#logs.get(name);
    if (log === undefined) {
      log = new ChannelLog();
      this.#logs.set(name, log);
    }
    return log;
  }
}

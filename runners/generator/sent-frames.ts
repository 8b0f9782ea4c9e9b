import { encodeHistogram, newHistogram } from '../../reports/results/histogram.ts';
import { FILLER } from '../../scenarios/content.ts';
import { nowUs } from '../clock.ts';
import { type Stamp, unstampedFrame, writeStamp } from '../stamp.ts';
import type { Window } from '../window.ts';

/** What a frame says beside when it was sent. */
type Due = Pick<Stamp, 'stream' | 'sequence' | 'dueUs'>;

/** The frames that a process sends, and how late each was. */
export class SentFrames {
  /** Frames stamped that were due in the window. */
  count = 0;
  /** Length of each, in bytes. */
  readonly payloadBytes: number;
  readonly #window: Window;
  readonly #content: typeof FILLER;
  readonly #lateness = newHistogram();
  /** Of the message that was sent last, until it is recorded. */
  #lastLateUs: number | null = null;

  /** @param content what frames are filled with. */
  constructor(window: Window, payloadBytes: number, content = FILLER) {
    this.#window = window;
    this.payloadBytes = payloadBytes;
    this.#content = content;
  }

  /** The frame of a message without its stamp, which is to be put in before it is written. */
  unstamped(message: Due): Buffer {
    return unstampedFrame(message, this.payloadBytes, this.#content);
  }

  /**
   * Stamps a message as sent now, into the 32 bytes from `start`. Whatever is done between this and the write is in
   * its service time, so it is the last before it: even its own lateness is recorded with the next one.
   */
  stamp(bytes: Buffer, start: number, { stream, sequence, dueUs }: Due): void {
    this.#recordLateness();
    const sentUs = nowUs();
    writeStamp(bytes, start, { stream, sequence, dueUs, sentUs });
    if (!this.#window.contains(dueUs)) return;
    this.count += 1;
    this.#lastLateUs = Math.max(0, Math.round(sentUs - dueUs));
  }

  /** How late messages were sent, in microseconds: an encoded histogram. */
  lateness(): string {
    this.#recordLateness();
    return encodeHistogram(this.#lateness);
  }

  #recordLateness(): void {
    if (this.#lastLateUs === null) return;
    this.#lateness.recordValue(this.#lastLateUs);
    this.#lastLateUs = null;
  }
}

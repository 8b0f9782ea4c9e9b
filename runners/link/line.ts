import type { Random } from '../../scenarios/random.ts';
import type { Link } from '../../scenarios/schema.ts';

/** A time in which nothing comes out of a line, in microseconds of the same clock as everything else. */
export interface Stall {
  readonly fromUs: number;
  readonly endUs: number;
}

/** What a frame of Ethernet carries of a TCP stream. */
const ETHERNET_SEGMENT_BYTES = 1_460;

/**
 * One direction of one connection: when a segment that goes in comes out. Pure but for its state:
 * it knows no clock and no socket.
 *
 * A segment first occupies the line for as long as its bits take, one segment after the other;
 * then it travels for half the round-trip time, plus what the jitter adds; and it never overtakes
 * the segment before it, since TCP delivers in order.
 */
export class Line {
  readonly #link: Link;
  readonly #random: Random;
  readonly #stalls: readonly Stall[];
  /** When the line has sent all that went in. */
  #freeUs = Number.NEGATIVE_INFINITY;
  /** When the latest segment comes out. */
  #lastUs = Number.NEGATIVE_INFINITY;

  /** @param stalls ascending; may be filled in later, when it is known when the trial starts. */
  constructor(link: Link, random: Random, stalls: readonly Stall[]) {
    this.#link = link;
    this.#random = random;
    this.#stalls = stalls;
  }

  /** The most that goes in at once: where bits take time, the first of many bytes must not wait for the last. */
  get segmentBytes(): number {
    return this.#link.kbps === null ? Number.POSITIVE_INFINITY : ETHERNET_SEGMENT_BYTES;
  }

  /** The instant at which a segment comes out that goes in at `atUs`. */
  passes(bytes: number, atUs: number): number {
    const { rttMs, jitterMs, kbps } = this.#link;
    // Bits per (kilobits per second) are milliseconds.
    const sendingUs = kbps === null ? 0 : ((bytes * 8) / kbps) * 1e3;
    this.#freeUs = Math.max(atUs, this.#freeUs) + sendingUs;
    const travelUs = (rttMs / 2 + this.#random() * jitterMs) * 1e3;
    let outUs = Math.max(this.#freeUs + travelUs, this.#lastUs);
    for (const { fromUs, endUs } of this.#stalls) if (outUs >= fromUs && outUs < endUs) outUs = endUs;
    this.#lastUs = outUs;
    return outUs;
  }
}

import { pick, type Random, randomFrom } from './random.ts';

/** What a message is filled with behind its stamp. */
export type ContentKind = 'filler' | 'json' | 'random';

/** Text that messages are cut from, and where in it each begins. Every byte of it is one character. */
export interface Content {
  readonly bytes: Buffer;
  /** Where the text of a message begins. */
  startOf(stream: number, sequence: number): number;
}

/** Eight times what a compressor looks back at (RFC 1951 §2): that the text recurs saves nothing. */
const POOL_BYTES = 1 << 18;

/** From where one stream's messages begin to where the next one's do, in pieces. */
const STREAM_STEP = 797;

/** Text of which every byte is a plain letter or digit: nothing to escape, no line ends. It repeats every 1 KiB. */
export const FILLER: Content = {
  bytes: Buffer.from(
    Array.from({ length: 1024 }, (_, index) =>
      ((index * 7919 + (index >> 3) * 104_729) % 36).toString(36),
    ).join(''),
  ),
  startOf: () => 0,
};

/**
 * The text of a trial's messages, the same in every process for the same seed.
 *
 * @param bytesEach how much of it a message has: the next one of its stream goes on behind it.
 */
export function contentOf(kind: ContentKind, seed: number, bytesEach: number): Content {
  switch (kind) {
    case 'filler':
      return FILLER;
    case 'json':
      return new Pool(jsonRecord, randomFrom(seed, 'content'), bytesEach);
    case 'random':
      return new Pool(randomText, randomFrom(seed, 'content'), bytesEach);
  }
}

/** Pieces of text, made once: a message is copied from where a piece begins. */
class Pool implements Content {
  readonly bytes: Buffer;
  readonly #starts: number[] = [];
  /** Pieces from where a message begins to where the next one does. */
  readonly #step: number;

  constructor(piece: (random: Random, index: number) => string, random: Random, bytesEach: number) {
    const pieces: string[] = [];
    for (let length = 0; length < POOL_BYTES; ) {
      const text = piece(random, pieces.length);
      this.#starts.push(length);
      pieces.push(text);
      length += text.length;
    }
    this.bytes = Buffer.from(pieces.join(''), 'latin1');
    this.#step = Math.ceil((bytesEach * pieces.length) / this.bytes.length);
  }

  startOf(stream: number, sequence: number): number {
    return this.#starts[(stream * STREAM_STEP + sequence * this.#step) % this.#starts.length] ?? 0;
  }
}

const SIDES = ['buy', 'sell'];
const VENUES = ['XPAR', 'XETR', 'XNAS', 'XLON', 'XTKS'];
const DAY_MS = Date.UTC(2024, 4, 1, 8);

/** One trade and the comma behind it: keys that recur in every message, and values that mostly do not. */
function jsonRecord(random: Random, index: number): string {
  const trade = {
    id: `${hex(random)}${hex(random)}`,
    symbol: letters(random, 4),
    side: SIDES[pick(random, SIDES.length)],
    price: (1_000 + pick(random, 50_000)) / 100,
    quantity: 1 + pick(random, 2_000),
    venue: VENUES[pick(random, VENUES.length)],
    at: new Date(DAY_MS + 137 * index + pick(random, 137)).toISOString(),
  };
  return `${JSON.stringify(trade)},`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Six random bits a character: what is encrypted or compressed already, as text can carry it. */
function randomText(random: Random): string {
  return letters(random, 64, ALPHABET.length);
}

function letters(random: Random, length: number, below = 26): string {
  let text = '';
  for (let index = 0; index < length; index += 1) text += ALPHABET[pick(random, below)];
  return text;
}

function hex(random: Random): string {
  return pick(random, 0x1_0000_0000).toString(16).padStart(8, '0');
}

import { gzipSync } from 'node:zlib';
import { takesGzip } from './coding.ts';
import { type Exchange, sendJson } from './http.ts';
import type { ChannelLog } from './log.ts';
import { gone } from './refusal.ts';

/** The body of an answer to polls that ask with the same cursor at the same time. */
export class PollBody {
  readonly after: number;
  /** The end of the log at that time. */
  readonly end: number;
  readonly json: Buffer;
  #gzipped: Buffer | null = null;

  constructor(after: number, end: number, json: Buffer) {
    this.after = after;
    this.end = end;
    this.json = json;
  }

  /** The same as gzip, made once however many of them want it. */
  get gzipped(): Buffer {
    this.#gzipped ??= gzipSync(this.json);
    return this.#gzipped;
  }
}

/**
 * The last answer of each log. Most polls between two frames ask with the same cursor, and all
 * long-polls that one frame wakes do: 1,000 of them cost one encoding.
 */
const latest = new WeakMap<ChannelLog, PollBody>();

/**
 * An answer has so many characters of frames, and one frame that crosses it: a client that reads slowly
 * keeps its answer in memory, and what it missed in the meantime would make the next one ever longer.
 */
export const MAX_ANSWER_CHARS = 16 << 20;

/**
 * The body of a poll or long-poll: a `PollAnswer` as JSON. Its `next` is the cursor after the last frame
 * in it, which is the end of the log unless the frames are more than {@link MAX_ANSWER_CHARS}: then the
 * next poll has the rest.
 *
 * @param after the cursor asked with; `null` for the current end and no frames
 * @throws Refusal 410
 */
export function pollAnswer(log: ChannelLog, after: number | null): PollBody {
  const from = after ?? log.end;
  const known = latest.get(log);
  if (known?.after === from && known.end === log.end) return known;
  const reading = log.read(from);
  if (reading.kind === 'gone') throw gone(reading);
  const frames: string[] = [];
  let chars = 0;
  for (const { json } of reading.frames) {
    frames.push(json);
    chars += json.length;
    if (chars >= MAX_ANSWER_CHARS) break;
  }
  const next = from + frames.length;
  const json = Buffer.from(`{"next":${next},"frames":[${frames.join(',')}]}`);
  const body = new PollBody(from, log.end, json);
  latest.set(log, body);
  return body;
}

/** Answers a poll, compressed if its client takes that. */
export function sendPollAnswer({ request, response }: Exchange, log: ChannelLog, after: number | null): void {
  const body = pollAnswer(log, after);
  if (takesGzip(request)) sendJson(response, body.gzipped, { 'Content-Encoding': 'gzip' });
  else sendJson(response, body.json);
}

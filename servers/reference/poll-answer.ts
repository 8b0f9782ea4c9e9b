import type { ChannelLog } from './log.ts';
import { gone } from './refusal.ts';

interface Latest {
  readonly after: number;
  /** The end of the log at that time. */
  readonly end: number;
  readonly body: Buffer;
}

/**
 * The last answer of each log. Most polls between two frames ask with the same cursor, and all
 * long-polls that one frame wakes do: 1,000 of them cost one encoding.
 */
const latest = new WeakMap<ChannelLog, Latest>();

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
export function pollAnswer(log: ChannelLog, after: number | null): Buffer {
  const from = after ?? log.end;
  const known = latest.get(log);
  if (known?.after === from && known.end === log.end) return known.body;
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
  const body = Buffer.from(`{"next":${next},"frames":[${frames.join(',')}]}`);
  latest.set(log, { after: from, end: log.end, body });
  return body;
}

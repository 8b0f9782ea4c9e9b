import type { ChannelLog } from './log.ts';
import { gone } from './refusal.ts';

interface Latest {
  readonly after: number;
  readonly next: number;
  readonly body: Buffer;
}

/**
 * The last answer of each log. Most polls between two frames ask with the same cursor, and all
 * long-polls that one frame wakes do: 1,000 of them cost one encoding.
 */
const latest = new WeakMap<ChannelLog, Latest>();

/**
 * The body of a poll or long-poll: a `PollAnswer` as JSON.
 *
 * @param after the cursor asked with; `null` for the current end and no frames
 * @throws Refusal 410
 */
export function pollAnswer(log: ChannelLog, after: number | null): Buffer {
  const from = after ?? log.end;
  const known = latest.get(log);
  if (known?.after === from && known.next === log.end) return known.body;
  const reading = log.read(from);
  if (reading.kind === 'gone') throw gone(reading);
  const frames = reading.frames.map((frame) => frame.json).join(',');
  const body = Buffer.from(`{"next":${reading.next},"frames":[${frames}]}`);
  latest.set(log, { after: from, next: reading.next, body });
  return body;
}

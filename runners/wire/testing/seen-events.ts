import { EventStreamDecoder, type EventStreamLimits } from '../event-stream.ts';
import { expectInside, feedInSegments } from './segments.ts';

/** What was told of an event stream. */
export interface SeenStream {
  events: { data: string; lastEventId: string; consumed: number }[];
  comments: string[];
  consumed: number;
  betweenEvents: boolean;
}

/** Decodes an event stream in segments of these lengths. */
export function decodeEvents(
  stream: string | Buffer,
  lengths: readonly number[],
  limits?: EventStreamLimits,
): SeenStream {
  const events: SeenStream['events'] = [];
  const comments: string[] = [];
  const decoder = new EventStreamDecoder(
    {
      onEvent: (data, start, end) => {
        expectInside(data, start, end);
        const { lastEventId, consumed } = decoder;
        events.push({ data: data.toString('utf8', start, end), lastEventId, consumed });
      },
      onComment: (text, start, end) => {
        expectInside(text, start, end);
        comments.push(text.toString('utf8', start, end));
      },
    },
    limits,
  );
  feedInSegments(Buffer.from(stream), lengths, (...segment) => decoder.decode(...segment));
  const { consumed, betweenEvents } = decoder;
  return { events, comments, consumed, betweenEvents };
}

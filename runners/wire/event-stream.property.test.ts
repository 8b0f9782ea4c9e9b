import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './protocol-error.ts';
import { type Choices, made } from './testing/choices.ts';
import { decodeEvents } from './testing/seen-events.ts';
import { damaged, segmentLengths } from './testing/segments.ts';

const PIECES = [
  ...['\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\r\r'],
  ...['data: ', 'data:', 'data', 'dat', 'id: ', 'id:', 'id', 'event: x', 'retry: 9', ': ', ':', 'Data: '],
  ...['a', ' ', '\0', '\ufeff', 'é', '😀', 'x'.repeat(130), 'y'.repeat(300)],
] as const;

function piece(choices: Choices): string {
  const number = choices.upTo(9_999);
  return choices.upTo(2) === 0 ? `id: ${number}\ndata: frame ${number}\n\n` : choices.of(['\n', ...PIECES]);
}

function stream(choices: Choices): string {
  return choices.several(16, piece).join('');
}

interface Interpreted {
  readonly events: { readonly data: string; readonly lastEventId: string }[];
  readonly comments: string[];
}

/** WHATWG HTML 9.2.6, step by step, over the whole stream. */
function interpret(text: string): Interpreted {
  const read: Interpreted = { events: [], comments: [] };
  let data = '';
  let idBuffer = '';
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (const line of lines.slice(0, -1)) {
    if (line === '') {
      if (data !== '') read.events.push({ data: data.slice(0, -1), lastEventId: idBuffer });
      data = '';
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?([\s\S]*))?$/.exec(line) ?? [];
    if (field === 'data') data += `${value}\n`;
    if (field === 'id' && !value.includes('\0')) idBuffer = value;
    if (field === '') read.comments.push(value);
  }
  return read;
}

/** The same of what was decoded. */
function readOf(bytes: Buffer, lengths: readonly number[]) {
  const { events, comments, consumed } = decodeEvents(bytes, lengths);
  // An event is dispatched behind its blank line, not later and not before.
  const ends = events.map(({ consumed }) =>
    /^[\n\r]{2}$/.test(bytes.toString('latin1', consumed - 2, consumed)),
  );
  return {
    events: events.map(({ data, lastEventId }) => ({ data, lastEventId })),
    comments,
    consumed,
    endsAtBlankLine: ends.every(Boolean),
  };
}

describe('EventStreamDecoder', () => {
  const cut = made((choices) => {
    const text = stream(choices);
    return { text, lengths: segmentLengths(choices, Buffer.byteLength(text)) };
  });

  it('agrees with eventsource-parser on events, their ids and comments', () => {
    fc.assert(
      fc.property(cut, ({ text, lengths }) => {
        const events: { data: string; id: string | undefined }[] = [];
        const comments: string[] = [];
        const parser = createParser({
          onEvent: ({ data, id }) => events.push({ data, id }),
          onComment: (comment) => comments.push(comment),
        });
        // It strips no byte order mark from text, and holds a CR back until it sees what follows.
        parser.feed(`${text.replace(/^\ufeff/, '')}:\n`);
        const ours = decodeEvents(`${text}:\n`, lengths);
        // It forgets the id of an earlier event, which the standard keeps.
        const ids = events.map(({ id }, index) => id ?? ours.events[index]?.lastEventId);
        expect({
          comments: ours.comments,
          events: ours.events.map(({ data, lastEventId }) => [data, lastEventId]),
        }).toEqual({
          comments,
          events: events.map(({ data }, index) => [data, ids[index]]),
        });
      }),
    );
  });

  const broken = made((choices) => {
    const whole = Buffer.from(stream(choices));
    const bytes = damaged(choices, whole, '\n\r\n: \0\xef\xbb\xbfdi');
    return { bytes, lengths: segmentLengths(choices, bytes.length) };
  });

  it('reads whatever bytes come as the standard says, invalid UTF-8 as U+FFFD, however they are cut', () => {
    fc.assert(
      fc.property(broken, ({ bytes, lengths }) => {
        expect(readOf(bytes, lengths)).toEqual({
          ...interpret(bytes.toString()),
          consumed: bytes.length,
          endsAtBlankLine: true,
        });
      }),
    );
  });

  it('tells of a stream beyond its limit what comes before the limit, and then its one error', () => {
    fc.assert(
      fc.property(broken, ({ bytes, lengths }) => {
        const { events } = interpret(bytes.toString());
        const seen: string[] = [];
        try {
          seen.push(...decodeEvents(bytes, lengths, { maxEventBytes: 100 }).events.map(({ data }) => data));
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
          expect(bytes.length).toBeGreaterThan(100);
          return;
        }
        expect(seen).toEqual(events.map(({ data }) => data));
      }),
    );
  });
});

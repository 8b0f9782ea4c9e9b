import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamDecoder, type EventStreamLimits } from './event-stream.ts';
import { feedInSegments, PROPERTY_RUNS, segmentLengths } from './testing/segments.ts';

interface Decoded {
  events: { data: string; lastEventId: string; consumed: number }[];
  comments: string[];
  consumed: number;
  betweenEvents: boolean;
}

function decode(stream: string | Buffer, lengths: readonly number[], limits?: EventStreamLimits): Decoded {
  const bytes = Buffer.from(stream);
  const events: Decoded['events'] = [];
  const comments: string[] = [];
  const decoder = new EventStreamDecoder(
    {
      onEvent: (data, start, end) => {
        const { lastEventId, consumed } = decoder;
        events.push({ data: data.toString('utf8', start, end), lastEventId, consumed });
      },
      onComment: (text, start, end) => {
        expect(end).toBeGreaterThanOrEqual(start);
        comments.push(text.toString('utf8', start, end));
      },
    },
    limits,
  );
  feedInSegments(bytes, lengths, (...segment) => decoder.decode(...segment));
  const { consumed, betweenEvents } = decoder;
  return { events, comments, consumed, betweenEvents };
}

/** WHATWG HTML 9.2.6, step by step, over the whole text. */
function interpret(text: string): { data: string; lastEventId: string }[] {
  const events: { data: string; lastEventId: string }[] = [];
  let data = '';
  let idBuffer = '';
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/);
  for (const line of lines.slice(0, -1)) {
    if (line === '') {
      if (data !== '') events.push({ data: data.slice(0, -1), lastEventId: idBuffer });
      data = '';
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?([\s\S]*))?$/.exec(line) ?? [];
    if (field === 'data') data += `${value}\n`;
    if (field === 'id' && !value.includes('\0')) idBuffer = value;
  }
  return events;
}

const stream = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r', '\r\n', '\n\n', '\r\n\r\n', '\n', '\n\n'),
      fc.constantFrom(
        'data: ',
        'data:',
        'data',
        'dat',
        'id: ',
        'id:',
        'id',
        'event: x',
        'retry: 9',
        ': ',
        ':',
      ),
      fc.constantFrom(' ', '\0', '\ufeff', 'é', '😀', 'x'.repeat(130), 'y'.repeat(700)),
      fc.nat().map(String),
      fc.nat().map((id) => `id: ${id}\ndata: frame ${id}\n\n`),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe('EventStreamDecoder', () => {
  it('dispatches the events of the standard, however the stream is cut', () => {
    fc.assert(
      fc.property(stream, segmentLengths, (text, lengths) => {
        const events = decode(text, lengths).events.map(({ data, lastEventId }) => ({ data, lastEventId }));
        expect(events).toEqual(interpret(text));
      }),
      PROPERTY_RUNS,
    );
  });

  it('agrees with eventsource-parser on events, their ids and comments', () => {
    fc.assert(
      fc.property(stream, segmentLengths, (text, lengths) => {
        const events: { data: string; id: string | undefined }[] = [];
        const comments: string[] = [];
        const parser = createParser({
          onEvent: ({ data, id }) => events.push({ data, id }),
          onComment: (comment) => comments.push(comment),
        });
        // It strips no byte order mark from text, and holds a CR back until it sees what follows.
        parser.feed(`${text.replace(/^\ufeff/, '')}:\n`);
        const ours = decode(`${text}:\n`, lengths);
        expect(ours.comments).toEqual(comments);
        expect(ours.events.map(({ data }) => data)).toEqual(events.map(({ data }) => data));
        for (const [index, { id }] of events.entries()) {
          if (id !== undefined) expect(ours.events[index]?.lastEventId).toBe(id);
        }
      }),
      PROPERTY_RUNS,
    );
  });

  it('has consumed an event up to its blank line when it dispatches it, and everything at the end', () => {
    fc.assert(
      fc.property(stream, segmentLengths, (text, lengths) => {
        const bytes = Buffer.from(text);
        const { events, consumed } = decode(bytes, lengths);
        expect(consumed).toBe(bytes.length);
        for (const { consumed: at } of events) {
          expect(bytes.toString('latin1', at - 2, at)).toMatch(/^(?:\n|\r)[\n\r]$/);
        }
      }),
      PROPERTY_RUNS,
    );
  });

  it('GROUND-TRUTH 4: an event is 8 bytes longer than its data, and its chunk 5 to 8 more', () => {
    for (const [payload, total] of [
      [7, 20],
      [39, 53],
      [247, 261],
      [248, 263],
      [4_088, 4_104],
    ] as const) {
      const event = `data: ${'x'.repeat(payload)}\n\n`;
      const [decoded] = decode(event, [event.length]).events;
      expect(decoded).toMatchObject({ consumed: payload + 8 });
      const chunk = `${event.length.toString(16)}\r\n${event}\r\n`;
      expect(chunk.length).toBe(total);
    }
  });

  it('tells that it is subscribed, and is between events then', () => {
    expect(decode(': subscribed\n\n', [1])).toEqual({
      events: [],
      comments: ['subscribed'],
      consumed: 14,
      betweenEvents: true,
    });
  });

  it.each([
    ['', true],
    ['data: x\n\n', true],
    [':\n', true],
    ['d', false],
    ['data: x\n', false],
    ['id: 1\n', false],
    [': he', false],
  ])('%j: between events is %s', (text, expected) => {
    expect(decode(text, [1]).betweenEvents).toBe(expected);
  });

  it('passes an event of one segment as a view', () => {
    const bytes = Buffer.from('id: 1\ndata: frame\n\n');
    let viewed = false;
    const onEvent = (data: Buffer, start: number) => {
      viewed = data.buffer === bytes.buffer && data.byteOffset + start === bytes.byteOffset + 12;
    };
    const onComment = () => expect.unreachable();
    new EventStreamDecoder({ onEvent, onComment }).decode(bytes, 0, bytes.length);
    expect(viewed).toBe(true);
  });

  it('keeps the id of an event that breaks off out of lastEventId', () => {
    const decoder = new EventStreamDecoder({ onEvent: () => undefined, onComment: () => undefined });
    const bytes = Buffer.from('id: 1\ndata: x\n\nid: 2\ndata: cut');
    decoder.decode(bytes, 0, bytes.length);
    expect(decoder.lastEventId).toBe('1');
  });

  it.each([
    ['one endless line', 'x'.repeat(65_536)],
    ['endless data lines', `data: ${'x'.repeat(65_529)}\n`],
    ['an endless comment', `:${'x'.repeat(65_535)}`],
  ])('gives up on %s of 100 MB at its limit of 16 MiB', (_, part) => {
    const segment = Buffer.from(part);
    const onEvent = () => expect.unreachable();
    const decoder = new EventStreamDecoder({ onEvent, onComment: onEvent });
    const feedAll = () => {
      for (let fed = 0; fed < 100e6; fed += segment.length) decoder.decode(segment, 0, segment.length);
    };
    const before = process.memoryUsage().arrayBuffers;
    expect(feedAll).toThrow(expect.objectContaining({ code: 'event-too-large' }));
    expect(decoder.consumed).toBeLessThanOrEqual((1 << 24) + 2 * segment.length);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100e6);
  });

  it('has a limit that an event just reaches', () => {
    const event = 'data: 0123456789\n\n';
    expect(decode(event, [1], { maxEventBytes: 16 }).events).toHaveLength(1);
    expect(() => decode(event, [1], { maxEventBytes: 15 })).toThrow(
      expect.objectContaining({ code: 'event-too-large' }),
    );
  });
});

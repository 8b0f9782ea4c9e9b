import { describe, expect, it } from 'vitest';
import { EventStreamDecoder } from './event-stream.ts';
import { decodeEvents as decode } from './testing/seen-events.ts';

describe('EventStreamDecoder', () => {
  it('consumes 8 bytes more than the data of an event', () => {
    for (const payload of [7, 39, 247, 248, 4_088]) {
      const event = `data: ${'x'.repeat(payload)}\n\n`;
      const [decoded] = decode(event, [event.length]).events;
      expect(decoded).toMatchObject({ consumed: payload + 8 });
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

  it.each(['0', '7', '123456789012345', '1234567890123456', '007', '-1', '1e3', '12a', 'é', ' 1', ''])(
    'gives the id %j back as it came',
    (id) => {
      const decoder = new EventStreamDecoder({ onEvent: () => {}, onComment: () => {} });
      // Of an id the standard drops one space in front, and no more.
      const bytes = Buffer.from(`id: 5\ndata: x\n\nid: ${id}\ndata: x\n\n`);
      decoder.decode(bytes, 0, bytes.length);
      expect(decoder.lastEventId).toBe(id);
    },
  );

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

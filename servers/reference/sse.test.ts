import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventBlock } from './sse.ts';

test('an event is exactly its id, its data and a blank line', () => {
  expect(eventBlock(7, 'X')).toBe('id: 7\ndata: X\n\n');
  expect(eventBlock(8, '')).toBe('id: 8\ndata: \n\n');
  expect(eventBlock(9, 'a\nb')).toBe('id: 9\ndata: a\ndata: b\n\n');
});

test('eventsource-parser reads back what was written; only CR becomes LF', () => {
  const text = fc.string({ unit: fc.constantFrom('a', ' ', ':', '\n', '\r', 'ü', '🥊', '\u2028', 'id: 5') });
  fc.assert(
    fc.property(fc.nat(), text, (cursor, frame) => {
      const events: unknown[] = [];
      const parser = createParser({ onEvent: ({ id, data }) => events.push({ id, data }) });
      parser.feed(eventBlock(cursor, frame));
      expect(events).toEqual([{ id: String(cursor), data: frame.replaceAll(/\r\n|\r/g, '\n') }]);
    }),
  );
});

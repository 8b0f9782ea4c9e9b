import { expect, test } from 'vitest';
import { ChannelLog } from './log.ts';
import { MAX_ANSWER_CHARS, pollAnswer } from './poll-answer.ts';

function answer(log: ChannelLog, after: number | null): { next: number; frames: string[] } {
  return JSON.parse(pollAnswer(log, after).json.toString());
}

test('an answer has everything after the cursor', () => {
  const log = new ChannelLog();
  for (const text of ['a', '"b"', 'c']) log.append(text);
  expect(answer(log, 1)).toEqual({ next: 3, frames: ['"b"', 'c'] });
  expect(answer(log, null)).toEqual({ next: 3, frames: [] });
});

test('one that would be too long is cut after a frame, and the next has the rest', () => {
  const log = new ChannelLog();
  const mebibyte = 'x'.repeat(1 << 20);
  for (let frame = 0; frame < 40; frame += 1) log.append(mebibyte);
  // 16 frames of 1 MiB and two quotes each are the first to reach 16 Mi characters.
  expect(MAX_ANSWER_CHARS).toBe(16 << 20);
  const lengths: number[] = [];
  for (let cursor = 0; cursor < log.end; ) {
    const { next, frames } = answer(log, cursor);
    expect(next).toBe(cursor + frames.length);
    lengths.push(frames.length);
    cursor = next;
  }
  expect(lengths).toEqual([16, 16, 8]);
});

test('an answer made before is not given for a log that has grown', () => {
  const log = new ChannelLog();
  log.append('a');
  expect(answer(log, 0).next).toBe(1);
  log.append('b');
  expect(answer(log, 0)).toEqual({ next: 2, frames: ['a', 'b'] });
});

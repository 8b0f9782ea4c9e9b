import { describe, expect, test } from 'vitest';
import { ChannelLog } from './log.ts';

function filled(frames: number, now?: () => number): ChannelLog {
  const log = new ChannelLog(now);
  for (let frame = 1; frame <= frames; frame += 1) log.append(`${frame}`);
  return log;
}

const textsAfter = (log: ChannelLog, after: number) => {
  const reading = log.read(after);
  return reading.kind === 'frames' ? reading.frames.map(({ text }) => text) : reading;
};

test('cursors start at 0 and grow by one a frame', () => {
  const log = new ChannelLog();
  expect([log.end, log.oldest, log.newest]).toEqual([0, 0, undefined]);
  expect(log.append('a').cursor).toBe(1);
  expect(log.append('b').cursor).toBe(2);
  expect([log.end, log.oldest, log.newest?.text]).toEqual([2, 0, 'b']);
});

test('a reading has the frames after the cursor', () => {
  const log = filled(3);
  expect(textsAfter(log, 0)).toEqual(['1', '2', '3']);
  expect(textsAfter(log, 2)).toEqual(['3']);
  expect(textsAfter(log, 3)).toEqual([]);
});

test('a cursor beyond the end is gone', () => {
  expect(filled(3).read(4)).toEqual({ kind: 'gone', next: 3, oldest: 0 });
});

describe('what is kept', () => {
  test('at least the last 10,000 frames, and not many more', () => {
    const log = filled(30_000, () => 0);
    expect(log.oldest).toBeLessThanOrEqual(20_000);
    expect(log.oldest).toBeGreaterThan(20_000 - 256);
    expect(textsAfter(log, 20_000)).toHaveLength(10_000);
    expect(log.read(log.oldest).kind).toBe('frames');
    expect(log.read(log.oldest - 1)).toEqual({ kind: 'gone', next: 30_000, oldest: log.oldest });
  });

  test('at least 60 s, where that is fewer', () => {
    let nowMs = 0;
    const log = new ChannelLog(() => nowMs);
    for (let second = 0; second < 1_000; second += 1) {
      nowMs = second * 1_000;
      log.append(`${second}`);
      expect(log.end - log.oldest).toBeGreaterThanOrEqual(Math.min(second + 1, 61));
      expect(log.end - log.oldest).toBeLessThanOrEqual(61 + 256);
    }
  });

  test('following() walks as read() reads', () => {
    const log = filled(10_700, () => 0);
    expect(log.following(log.oldest)?.cursor).toBe(log.oldest + 1);
    expect(log.following(10_699)?.text).toBe('10700');
    expect(log.following(10_700)).toBeUndefined();
  });
});

test('listeners hear every frame until they stop, also while another stops', () => {
  const log = new ChannelLog();
  const heard: string[] = [];
  const stopFirst = log.listen(({ text }) => {
    heard.push(`first ${text}`);
    stopFirst();
  });
  log.listen(({ text }) => heard.push(`second ${text}`));
  log.append('a');
  log.append('b');
  expect(heard).toEqual(['first a', 'second a', 'second b']);
});

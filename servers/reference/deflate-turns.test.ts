import { expect, test } from 'vitest';
import { whenFree } from './deflate-turns.ts';

test('no more than four tasks are under way, and all have their turn in the order in which they came', () => {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  for (let task = 0; task < 12; task += 1) {
    whenFree((done) => {
      begun.push(task);
      ends.push(done);
    });
  }
  let under = 4;
  expect(begun).toEqual([0, 1, 2, 3]);
  for (let ended = 0; ended < 12; ended += 1) {
    ends[ended]?.();
    under = begun.length - ended - 1;
    expect(under).toBe(Math.min(4, 11 - ended));
  }
  expect(begun).toEqual(Array.from({ length: 12 }, (_, task) => task));
});

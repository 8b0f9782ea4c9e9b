import { describe, expect, it } from 'vitest';
import { slicesOf, steadinessSentences } from './over-time.ts';
import { summarise } from './summary.ts';
import { completed, encoded, measurements, results, trial } from './testing/results.ts';

/** An arm whose intervals of a second each have 100 samples of these latencies. */
function armOf(latencies: readonly number[], trials = 1) {
  const intervals = latencies.map((us, second) => ({
    startMs: second * 1_000,
    expected: 100,
    latency: encoded(Array(100).fill(us)),
  }));
  const outcome = completed(measurements({ intervals, measureMs: latencies.length * 1_000 }));
  const [arm] =
    summarise(results(Array.from({ length: trials }, (_, block) => trial({ block, outcome }))))[0]?.arms ??
    [];
  if (arm === undefined) throw new Error('no arm');
  return arm;
}

describe('slicesOf', () => {
  it('has the samples of all trials that were due in the same second', () => {
    const slices = slicesOf(armOf([100, 200], 3), 30);
    expect(slices.map(({ fromMs, toMs, latency }) => [fromMs, toMs, latency.totalCount])).toEqual([
      [0, 1_000, 300],
      [1_000, 2_000, 300],
    ]);
  });

  it('joins neighbours where there are more than may be', () => {
    const slices = slicesOf(armOf([1, 2, 3, 4, 5]), 2);
    expect(slices.map(({ fromMs, toMs, latency }) => [fromMs, toMs, latency.totalCount])).toEqual([
      [0, 3_000, 300],
      [3_000, 5_000, 200],
    ]);
  });

  it('leaves out what had no sample', () => {
    expect(slicesOf(armOf([]), 30)).toEqual([]);
  });
});

describe('steadinessSentences', () => {
  const sentencesOf = (latencies: readonly number[]) => {
    const arm = armOf(latencies);
    return steadinessSentences(new Map([[arm, slicesOf(arm, 30)]]));
  };

  it('says when latency was another, and by how much', () => {
    expect(sentencesOf([1_000, 1_000, 4_000, 1_000])).toEqual([
      'WebSocket is uneven: after 2 s its median is 4 ms, 4 times its usual one.',
    ]);
    expect(sentencesOf([4_000, 1_000, 1_000])).toEqual([
      'WebSocket is uneven: at the start its median is 4 ms, 4 times its usual one.',
    ]);
  });

  it('says that it was the same', () => {
    expect(sentencesOf([1_000, 1_500, 1_000])).toEqual([
      'WebSocket is steady: no slice of time has a median more than 1.5 times the usual one.',
    ]);
  });

  it('says so where nothing can be said', () => {
    expect(sentencesOf([])).toEqual([
      'The slices have too few samples for a median, so that nothing can be said about steadiness.',
    ]);
  });
});

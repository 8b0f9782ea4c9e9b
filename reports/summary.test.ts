import { describe, expect, it } from 'vitest';
import { type Arm, carries, shown, standingOf, summarise } from './summary.ts';
import { exampleResults } from './testing/example.ts';
import { completed, encoded, measurements, results, scenario, trial } from './testing/results.ts';

function armOf(trials: Parameters<typeof results>[0]): Arm {
  const [arm] = summarise(results(trials))[0]?.arms ?? [];
  if (arm === undefined) throw new Error('no arm');
  return arm;
}

function withLatency(block: number, samplesUs: readonly number[]) {
  const empty = encoded([]);
  const histograms = {
    latency: encoded(samplesUs),
    service: empty,
    lateness: empty,
    connect: empty,
    recovery: empty,
    loopDelay: empty,
  };
  return trial({ block, outcome: completed(measurements({ histograms })) });
}

describe('summarise', () => {
  it('has a section per scenario and an arm per transport, in their fixed order', () => {
    const [feed, chat] = summarise(exampleResults());
    expect(feed?.scenario.name).toBe('live-feed');
    expect(feed?.arms.map(({ transport }) => transport)).toEqual([
      'polling',
      'long-polling',
      'sse',
      'websocket',
    ]);
    expect(chat?.arms.map(standingOf)).toEqual(['skipped', 'failed', 'valid', 'invalid']);
    expect(feed?.arms.map(standingOf)).toEqual(['valid', 'doubtful', 'valid', 'valid']);
  });

  it('takes the median of the trials in the order of blocks, with an interval from 6 on', () => {
    const six = [6, 2, 3, 4, 5, 1].map((us, block) => withLatency(block, [us * 100]));
    const row = armOf([...six].reverse()).rows.get('latency.p50');
    expect(row).toMatchObject({ values: [600, 200, 300, 400, 500, 100], median: 350, low: 100, high: 600 });
    expect(armOf(six.slice(1)).rows.get('latency.p50')).toMatchObject({ median: 300, low: null, high: null });
  });

  it('has no row for a metric that no trial has a number for', () => {
    expect(armOf([trial()]).rows.has('latency.p50')).toBe(false);
    expect(armOf([trial({ outcome: { status: 'skipped', reason: 'no' } })]).rows.size).toBe(0);
  });

  it('makes nothing of nothing', () => {
    expect(summarise(results([]))).toEqual([]);
  });
});

describe('shown', () => {
  it.each([
    [39, 0.5, false],
    [40, 0.5, true],
    [1_999, 0.99, false],
    [2_000, 0.99, true],
    [19_999, 0.999, false],
    [20_000, 0.999, true],
  ])('%i samples and the quantile %d: %s', (samples, q, expected) => {
    expect(carries(samples, q)).toBe(expected);
  });

  it('hides a percentile that any trial is too small for, and keeps its row', () => {
    const many = withLatency(
      0,
      Array.from({ length: 2_000 }, () => 5),
    );
    const few = withLatency(1, [5, 5]);
    expect(shown(armOf([many]), 'latency.p99')?.median).toBe(5);
    expect(shown(armOf([many, few]), 'latency.p99')).toBeNull();
    expect(armOf([many, few]).rows.get('latency.p99')?.median).toBe(5);
    expect(shown(armOf([many, few]), 'latency.max')?.median).toBe(5);
  });
});

describe('standingOf', () => {
  it('tells scenarios apart by name', () => {
    const other = scenario({ name: 'other' });
    expect(summarise(results([trial(), trial({ scenario: other })]))).toHaveLength(2);
  });
});

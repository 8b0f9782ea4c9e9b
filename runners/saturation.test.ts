import { describe, expect, test } from 'vitest';
import { encodeHistogram, newHistogram } from '../reports/results/histogram.ts';
import type { Measurements, ProcessUse } from '../reports/results/schema.ts';
import { saturationWarnings } from './saturation.ts';
import { GOOD } from './testing/measurements.ts';

/** So many samples of one value. */
function all(count: number, us: number): string {
  const histogram = newHistogram();
  for (let sample = 0; sample < count; sample += 1) histogram.recordValue(us);
  return encodeHistogram(histogram);
}

/** A process that uses a share of a core. */
function using(role: ProcessUse['role'], share: number): ProcessUse {
  return { role, cpuUs: share * GOOD.measureMs * 1e3, rssBytes: 1, rssBeforeBytes: 1 };
}

function warningsOf(changes: Partial<Measurements>) {
  return saturationWarnings({ ...GOOD, ...changes }, 2);
}

function delayed(count: number, delayUs: number, latencyUs: number) {
  const histograms = { ...GOOD.histograms, loopDelay: all(count, delayUs), latency: all(100, latencyUs) };
  return warningsOf({ histograms });
}

describe('the generator', () => {
  test('that is in time is not spoken of', () => {
    expect(warningsOf({ processes: [using('worker', 0.89), using('server', 0.4)] })).toEqual([]);
    expect(delayed(200, 9_900, 10_000)).toEqual([]);
  });

  test('that runs its tasks late, beside what it measures, measured itself', () => {
    expect(delayed(200, 12_000, 40_000)).toEqual([
      {
        code: 'late-generator',
        level: 'invalid',
        message: "the generator's own tasks ran 12.0 ms late at p90, where the latency is 40.0 ms",
      },
    ]);
    // 12 of 500 ms, as when a poll is waited for.
    expect(delayed(200, 12_000, 500_000)).toEqual([]);
  });

  test('is judged by the highest percentile that its samples carry', () => {
    expect(delayed(2_000, 12_000, 40_000)[0]?.message).toContain('at p99,');
    expect(delayed(40, 12_000, 40_000)[0]?.message).toContain('at p50,');
    expect(delayed(39, 12_000, 40_000)).toEqual([]);
  });

  test.each(['worker', 'publisher'] as const)('whose %s fills a core was the limit', (role) => {
    expect(warningsOf({ processes: [using('server', 0.2), using(role, 0.9)] })).toEqual([
      { code: 'busy-generator', level: 'invalid', message: `a ${role} used 90 % of a core` },
    ]);
  });
});

test('a server that fills a core is no fault of the generator', () => {
  expect(warningsOf({ processes: [using('server', 1.02), using('worker', 0.3)] })).toEqual([
    { code: 'busy-server', level: 'doubtful', message: 'the server used 102 % of a core' },
  ]);
});

test('more busy processes than cores contend', () => {
  const three = [using('server', 0.5), using('worker', 0.6), using('publisher', 0.7)];
  expect(warningsOf({ processes: three })).toEqual([
    { code: 'crowded-cores', level: 'doubtful', message: '3 processes were busy on 2 cores' },
  ]);
  expect(warningsOf({ processes: [...three.slice(1), using('server', 0.49)] })).toEqual([]);
});

test('time that the host took for others shows in every tail', () => {
  expect(warningsOf({ stolenCpuShare: 0.053 })).toEqual([
    { code: 'stolen-cpu', level: 'doubtful', message: "the host took 5.3 % of the cores' time for others" },
  ]);
  expect(warningsOf({ stolenCpuShare: 0.02 })).toEqual([]);
  expect(warningsOf({ stolenCpuShare: null })).toEqual([]);
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addHistograms,
  decodeHistogram,
  decodeSlice,
  encodeHistogram,
  HistogramError,
  meanUs,
  newHistogram,
  newSliceHistogram,
  quantileUs,
  recordedIn,
} from './histogram.ts';

const HOUR_US = 3_600_000_000;
const microseconds = fc.integer({ min: 0, max: HOUR_US });

function recorded(values: readonly number[], histogram = newHistogram()) {
  for (const value of values) histogram.recordValue(value);
  return histogram;
}

function exactQuantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(Math.ceil(q * sorted.length) - 1, 0)] ?? Number.NaN;
}

describe('quantileUs', () => {
  it('ground truth 16: is at most 0.1 % above the exact order statistic, never below it, from 0 to an hour', ({
    task,
  }) => {
    let worst = 0;
    fc.assert(
      fc.property(
        fc.array(microseconds, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0.5, 0.9, 0.99, 1),
        (values, q) => {
          const quantile = quantileUs(recorded(values), q) ?? Number.NaN;
          const exact = exactQuantile(values, q);
          expect(quantile).toBeGreaterThanOrEqual(exact);
          expect(quantile).toBeLessThanOrEqual(exact * 1.001);
          if (exact > 0) worst = Math.max(worst, quantile / exact - 1);
        },
      ),
    );
    task.meta.truths = [
      {
        no: 16,
        what: 'error of a quantile of a histogram',
        expected: '0 to 0.1 %',
        measured: `up to ${(worst * 100).toFixed(3)} %`,
      },
    ];
  });

  it('is null without samples, and so is the mean', () => {
    expect(quantileUs(newHistogram(), 0.5)).toBeNull();
    expect(meanUs(newHistogram())).toBeNull();
  });

  it('is the same before and after the file, the maximum included', () => {
    fc.assert(
      fc.property(fc.array(microseconds, { minLength: 1, maxLength: 40 }), (values) => {
        const before = recorded(values);
        const after = decodeHistogram(encodeHistogram(before));
        expect(after.totalCount).toBe(values.length);
        for (const q of [0, 0.5, 0.99, 1]) expect(quantileUs(after, q)).toBe(quantileUs(before, q));
      }),
    );
  });
});

describe('addHistograms', () => {
  it('equals recording everything in one, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(microseconds, { maxLength: 20 }), { minLength: 1, maxLength: 5 }),
        (parts) => {
          const added = addHistograms(
            parts.map((values) => decodeHistogram(encodeHistogram(recorded(values)))),
          );
          expect(encodeHistogram(added)).toBe(encodeHistogram(recorded(parts.flat())));
        },
      ),
    );
  });

  it('equals, for slices of time, recording everything in one, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(microseconds, { maxLength: 20 }), { minLength: 1, maxLength: 5 }),
        (parts) => {
          const added = addHistograms(
            parts.map((values) => decodeSlice(encodeHistogram(recorded(values, newSliceHistogram())))),
          );
          expect(encodeHistogram(added)).toBe(encodeHistogram(recorded(parts.flat(), newSliceHistogram())));
        },
      ),
    );
  });

  it('adds slices of an older file, which are finer, to those of today', () => {
    fc.assert(
      fc.property(
        fc.array(microseconds, { minLength: 1, maxLength: 40 }),
        fc.array(microseconds, { minLength: 1, maxLength: 40 }),
        (fine, coarse) => {
          const added = addHistograms([
            decodeSlice(encodeHistogram(recorded(fine))),
            decodeSlice(encodeHistogram(recorded(coarse, newSliceHistogram()))),
          ]);
          const all = recorded([...fine, ...coarse], newSliceHistogram());
          expect(added.totalCount).toBe(fine.length + coarse.length);
          for (const q of [0.01, 0.5, 0.99, 1]) expect(quantileUs(added, q)).toBe(quantileUs(all, q));
        },
      ),
    );
  });

  it('counts beyond 32 bits', () => {
    const one = newHistogram();
    one.recordValueWithCount(7, 4_000_000_000);
    const part = decodeHistogram(encodeHistogram(one));
    expect(addHistograms([part, part]).totalCount).toBe(8_000_000_000);
  });
});

describe('newSliceHistogram', () => {
  it('holds a quantile that is at most 0.8 % above the exact order statistic, never below it', () => {
    fc.assert(
      fc.property(
        fc.array(microseconds, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0.5, 0.9, 0.99, 1),
        (values, q) => {
          const quantile = quantileUs(recorded(values, newSliceHistogram()), q) ?? Number.NaN;
          const exact = exactQuantile(values, q);
          expect(quantile).toBeGreaterThanOrEqual(exact);
          expect(quantile).toBeLessThanOrEqual(exact * 1.008);
        },
      ),
    );
  });

  it('is no histogram of a whole trial', () => {
    expect(() => decodeHistogram(encodeHistogram(newSliceHistogram()))).toThrow(
      'keeps 2 significant digits instead of 3',
    );
  });
});

describe('newHistogram', () => {
  it('refuses what is no time', () => {
    for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => newHistogram().recordValue(value)).toThrow();
    }
  });
});

describe('decodeHistogram', () => {
  it.each(['', 'not base64!', 'AAAA', encodeHistogram(newHistogram()).slice(0, 20)])('refuses %j', (text) => {
    expect(() => decodeHistogram(text)).toThrow(HistogramError);
  });
});

describe('recordedIn', () => {
  it('goes through what was recorded, rising, and counts every sample', () => {
    const samples = [1, 7, 7, 2_047, 2_048, 40_961, 40_962, 3_600_000_000];
    const read = decodeHistogram(encodeHistogram(recorded(samples)));
    const found = [...recordedIn(read)];
    expect(found.reduce((sum, [, count]) => sum + count, 0)).toBe(samples.length);
    expect(found.map(([us]) => us).sort((left, right) => left - right)).toEqual(found.map(([us]) => us));
    expect(found.slice(0, 3)).toEqual([
      [1, 1],
      [7, 2],
      [2_047, 1],
    ]);
    // Each is the lowest of its bucket: not above the sample, and at most 0.1 % below.
    for (const [us] of found) {
      const sample = samples.find((each) => each >= us && each <= us * 1.001);
      expect(sample).toBeDefined();
    }
  });

  it('has nothing of an empty histogram, and refuses one that is recorded in', () => {
    expect([...recordedIn(decodeHistogram(encodeHistogram(recorded([]))))]).toEqual([]);
    expect(() => [...recordedIn(newHistogram())]).toThrow('being recorded in');
  });
});

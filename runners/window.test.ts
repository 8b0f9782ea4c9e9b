import { describe, expect, it } from 'vitest';
import { Window } from './window.ts';

describe('Window', () => {
  const phases = { warmupMs: 200, measureMs: 500, drainMs: 300 };

  it('holds nothing before it is opened, so that connecting is outside by itself', () => {
    const window = new Window(phases);
    expect([0, 1e9, Number.MAX_SAFE_INTEGER].filter((us) => window.contains(us))).toEqual([]);
    expect(window.measureUs).toBe(500_000);
  });

  it('is the measuring phase: its first instant is inside, its end is not, nor are warm-up and drain', () => {
    const window = new Window(phases);
    window.open(1_000);
    // 1,000 µs + 200 ms of warm-up; + 500 ms of measuring.
    expect([window.startUs, window.endUs]).toEqual([201_000, 701_000]);
    const instants = [1_000, 200_999, 201_000, 700_999, 701_000, 800_000];
    expect(instants.map((us) => window.contains(us))).toEqual([false, false, true, true, false, false]);
  });
});

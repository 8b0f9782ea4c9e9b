import { describe, expect, it } from 'vitest';
import type { Measurements } from '../results/schema.ts';
import { summarise } from '../summary.ts';
import { completed, encoded, measurements, results, trial } from '../testing/results.ts';
import { widthOf } from '../width.ts';
import { latencyBars } from './latency-bars.ts';

/** A trial whose messages take so many microseconds in one part of a second after another, `samples` in each. */
function course(usOfSecond: readonly number[], samples = 500, overrides: Partial<Measurements> = {}) {
  const latency = encoded(usOfSecond.flatMap((us) => Array<number>(samples).fill(us)));
  const measured = measurements({
    histograms: { ...measurements().histograms, latency },
    intervals: usOfSecond.map((us, second) => ({
      startMs: second * 1_000,
      expected: samples,
      latency: encoded(Array<number>(samples).fill(us)),
    })),
    ...overrides,
  });
  return completed(measured);
}

function barsOf(trials: Parameters<typeof results>[0], width = 80): string[] {
  return latencyBars(
    summarise(results(trials)).flatMap(({ arms }) => arms),
    width,
  );
}

const calm = Array<number>(10).fill(1_000);

describe('latencyBars', () => {
  it('shows a stall where it was, on the scale of all arms', () => {
    const stalled = calm.with(6, 256_000);
    expect(
      barsOf([
        trial({ transport: 'sse', outcome: course(calm) }),
        trial({ transport: 'websocket', outcome: course(stalled) }),
      ]),
    ).toEqual([
      '             over time   lowest    highest   p50 to p99',
      'SSE          ▁▁▁▁▁▁▁▁▁▁  1 ms      1 ms      ▁▁▁▁',
      // A tenth of the messages: beyond p90.
      'WebSocket    ▁▁▁▁▁▁█▁▁▁  1 ms      256 ms    ▁▁██',
      'Bars: latency, the median of each 1 s, then p50, p90, p95 and p99. The lowest\n(▁) is from 1 ms, every step up a factor of 2.',
    ]);
  });

  it('draws what hardly differs alike', () => {
    const [, line] = barsOf([trial({ outcome: course(calm.map((us, second) => us + 25 * second)) })]);
    expect(line).toContain('▁▁▁▁▁▁▁▁▁▁ ');
  });

  it('goes as far as the samples of every trial', () => {
    const short = trial({ block: 1, outcome: course(calm, 45) });
    const [head, line = ''] = barsOf([trial({ outcome: course(calm) }), short]);
    expect(head).toMatch(/p50 to p95$/);
    expect(line).toMatch(/ {2}▁▁▁$/);
  });

  it('takes longer parts, or says that samples are too few, rather than show a median of a few', () => {
    // 21 a second: 40 only in two seconds together.
    const [, longer, caption] = barsOf([trial({ outcome: course(calm, 21) })]);
    expect(longer).toContain('▁▁▁▁▁ ');
    expect(caption).toContain('the median of each 2 s,');
    const sparse = course([...calm], 19);
    const [, few, says] = barsOf([trial({ outcome: sparse })]);
    expect(few).toContain('·····      -         -         ▁');
    expect(says?.replaceAll('\n', ' ')).toContain('the median of each 2 s (·: too few samples)');
  });

  it('has no time without intervals, and nothing without latency', () => {
    const [head, line] = barsOf([trial({ outcome: course(calm, 500, { intervals: [] }) })]);
    expect([head, line]).toEqual(['             p50 to p99', 'WebSocket    ▁▁▁▁']);
    expect(barsOf([trial()])).toEqual([]);
    expect(barsOf([trial({ outcome: { status: 'skipped', reason: 'why' } })])).toEqual([]);
  });

  it('leaves out lowest and highest, then half of the time, in a narrow terminal', () => {
    const twenty = course(Array<number>(20).fill(1_000));
    const lengths = [80, 55, 40].map((width) => {
      const lines = barsOf(
        [trial({ outcome: twenty, server: 'a' }), trial({ outcome: twenty, server: 'bb'.repeat(40) })],
        width,
      );
      for (const line of lines)
        for (const each of line.split('\n')) expect(widthOf(each)).toBeLessThanOrEqual(width);
      return [lines[0]?.includes('lowest'), / (▁+) /.exec(lines[1] ?? '')?.[1]?.length];
    });
    expect(lengths).toEqual([
      [true, 20],
      [false, 20],
      [false, 10],
    ]);
  });
});

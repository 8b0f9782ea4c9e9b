import { describe, expect, test } from 'vitest';
import { randomFrom } from '../../scenarios/random.ts';
import { Line } from './line.ts';

const plain = { rttMs: 100, jitterMs: 0, kbps: null, events: [] };
const random = () => randomFrom('line');

describe('a line', () => {
  test('delivers after half the round-trip time', () => {
    const line = new Line(plain, random(), []);
    expect(line.passes(1_000, 0)).toBe(50_000);
    expect(line.passes(1_000, 10)).toBe(50_010);
  });

  test('takes its time for the bits, one segment after the other', () => {
    // 1,000 B are 8,000 bits: 8 ms at 1,000 kbit/s.
    const line = new Line({ ...plain, kbps: 1_000 }, random(), []);
    expect(line.passes(1_000, 0)).toBe(58_000);
    expect(line.passes(1_000, 0)).toBe(66_000);
    // Free again at 16 ms, so this one starts at once.
    expect(line.passes(1_000, 20_000)).toBe(78_000);
  });

  test('cuts what goes in into segments only where bits take time', () => {
    expect(new Line(plain, random(), []).segmentBytes).toBe(Number.POSITIVE_INFINITY);
    expect(new Line({ ...plain, kbps: 1_000 }, random(), []).segmentBytes).toBe(1_460);
  });

  test('adds up to the jitter, uniformly, and never lets a segment overtake', () => {
    const line = new Line({ ...plain, jitterMs: 20 }, random(), []);
    const apart = Array.from({ length: 2_000 }, (_, index) => line.passes(1, index * 1e6) - index * 1e6);
    const mean = apart.reduce((sum, us) => sum + us, 0) / apart.length;
    expect(Math.min(...apart)).toBeGreaterThanOrEqual(50_000);
    expect(Math.max(...apart)).toBeLessThan(70_000);
    // 60 ms, with a standard error of 20/√12/√2,000 = 0.13 ms.
    expect(Math.abs(mean - 60_000)).toBeLessThan(520);

    let before = 0;
    for (let index = 0; index < 2_000; index += 1) {
      const out = line.passes(1, 3e9 + index * 100);
      expect(out).toBeGreaterThanOrEqual(before);
      before = out;
    }
  });

  test('holds back in a stall what would come out in it, and lets it out at its end', () => {
    const line = new Line(plain, random(), [{ fromUs: 100_000, endUs: 1_100_000 }]);
    expect(line.passes(1, 49_000)).toBe(99_000);
    expect(line.passes(1, 50_000)).toBe(1_100_000);
    expect(line.passes(1, 900_000)).toBe(1_100_000);
    expect(line.passes(1, 1_060_000)).toBe(1_110_000);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFrom } from './random.ts';
import { dueTimes } from './schedule.ts';
import type { Schedule } from './schema.ts';
import { andersonDarling, coefficientOfVariation, lag1RankCorrelation, mean } from './testing/arrivals.ts';
import { dueUntil, meanPerSecond } from './testing/expected.ts';

const half = () => 0.5;

describe('dueTimes', () => {
  it.each<[string, Schedule, number, number[]]>([
    // 4/s: every 250 ms; the period at 1,000 is no longer before 1,000.
    ['constant, fixed', { kind: 'constant', perSecond: 4, phase: 'fixed' }, 1_000, [0, 250, 500, 750]],
    // The offset is half a period of 250 ms: 125 ms.
    ['constant, random', { kind: 'constant', perSecond: 4, phase: 'random' }, 1_000, [125, 375, 625, 875]],
    // 3 at once every 400 ms.
    [
      'burst, fixed',
      { kind: 'burst', messages: 3, everyMs: 400, phase: 'fixed' },
      500,
      [0, 0, 0, 400, 400, 400],
    ],
    // Half of 400 ms later.
    [
      'burst, random',
      { kind: 'burst', messages: 2, everyMs: 400, phase: 'random' },
      700,
      [200, 200, 600, 600],
    ],
    // Mean gap 100 ms, each −ln(1 − 0.5) · 100 = 69.31 ms: 69.31, 138.63, 207.94.
    ['poisson', { kind: 'poisson', perSecond: 10 }, 220, [69.315, 138.629, 207.944]],
    // 0 → 10/s over 1 s: r(t) = t/100 per s (t in ms), n = t²/200,000, t = √(200,000 n): 447, 632, 775, 894, 1,000.
    [
      'ramp up from 0',
      { kind: 'ramp', fromPerSecond: 0, toPerSecond: 10, overMs: 1_000 },
      1_150,
      [447.214, 632.456, 774.597, 894.427, 1_000, 1_100],
    ],
    // No slope: 10/s all the time, the first after one gap of 100 ms.
    [
      'ramp without a slope',
      { kind: 'ramp', fromPerSecond: 10, toPerSecond: 10, overMs: 1_000 },
      350,
      [100, 200, 300],
    ],
    // 4 → 0/s over 1 s: n = 4t − 2t² (t in s), t = 1 − √(1 − n/2): 0.293 s, 1 s; then never.
    [
      'ramp down to 0',
      { kind: 'ramp', fromPerSecond: 4, toPerSecond: 0, overMs: 1_000 },
      60_000,
      [292.893, 1_000],
    ],
  ])('%s', (_, schedule, untilMs, expected) => {
    const due = dueUntil(schedule, half, untilMs);
    expect(due.map((at) => Math.round(at * 1_000) / 1_000)).toEqual(expected);
  });

  it('carries no rounding into the thousandth period', () => {
    // 3/s: the 3,000th period begins at 3,000 × 333.33… = 1,000,000 ms exactly.
    const due = dueUntil({ kind: 'constant', perSecond: 3, phase: 'fixed' }, half, 1_000_001);
    expect(due.at(-1)).toBe(1_000_000);
  });

  // (from / 2) · over messages: the last is due as the rate reaches 0, where rounding must not make it NaN.
  it.each([
    [54, 10_000, 270],
    [88, 4_000, 176],
  ])('ends a ramp from %d/s down to 0 within %d ms with message %d', (fromPerSecond, overMs, messages) => {
    const due = dueUntil({ kind: 'ramp', fromPerSecond, toPerSecond: 0, overMs }, half, 20_000);
    expect(due.length).toBe(messages);
    expect(due.at(-1)).toBeCloseTo(overMs, 3);
  });

  it('gives sources of another seed another phase', () => {
    const first = (seed: number) =>
      dueTimes({ kind: 'constant', perSecond: 1, phase: 'random' }, randomFrom(seed)).next().value;
    const phases = [1, 2, 3, 4].map(first);
    expect(new Set(phases).size).toBe(4);
    for (const phase of phases) expect(phase).toBeLessThan(1_000);
  });

  const rate = fc.double({ min: 0.1, max: 1_000, noNaN: true });
  const anySchedule: fc.Arbitrary<Schedule> = fc.oneof(
    fc.record({
      kind: fc.constant('constant' as const),
      perSecond: rate,
      phase: fc.constantFrom('random', 'fixed'),
    }),
    fc.record({ kind: fc.constant('poisson' as const), perSecond: rate }),
    fc.record({
      kind: fc.constant('burst' as const),
      messages: fc.integer({ min: 1, max: 20 }),
      everyMs: fc.double({ min: 1, max: 5_000, noNaN: true }),
      phase: fc.constantFrom('random', 'fixed'),
    }),
    fc.record({
      kind: fc.constant('ramp' as const),
      fromPerSecond: fc.oneof(fc.constant(0), rate),
      toPerSecond: fc.oneof(fc.constant(0), rate),
      overMs: fc.double({ min: 1, max: 5_000, noNaN: true }),
    }),
  );

  it('is ascending and never negative, for any schedule and seed', () => {
    fc.assert(
      fc.property(anySchedule, fc.integer(), (schedule, seed) => {
        let before = 0;
        const due = dueTimes(schedule, randomFrom(seed));
        for (let message = 0; message < 300; message += 1) {
          const at = due.next().value;
          expect(at).toBeGreaterThanOrEqual(before);
          before = at;
        }
      }),
    );
  });

  it('has as many messages as its mean rate says, for any schedule but poisson', () => {
    fc.assert(
      fc.property(
        anySchedule,
        fc.integer(),
        fc.integer({ min: 1, max: 20_000 }),
        (schedule, seed, overMs) => {
          fc.pre(schedule.kind !== 'poisson');
          const due = dueUntil(schedule, randomFrom(seed), overMs).length;
          const batch = schedule.kind === 'burst' ? schedule.messages : 1;
          // A period more or less, by its phase.
          expect(Math.abs(due - (meanPerSecond(schedule, overMs) * overMs) / 1_000)).toBeLessThanOrEqual(
            batch + 1e-6,
          );
        },
      ),
    );
  });
});

describe('meanPerSecond', () => {
  it.each<[Schedule, number, number]>([
    [{ kind: 'constant', perSecond: 4, phase: 'fixed' }, 1_000, 4],
    [{ kind: 'poisson', perSecond: 0.5 }, 1_000, 0.5],
    // 3 every 500 ms.
    [{ kind: 'burst', messages: 3, everyMs: 500, phase: 'fixed' }, 1_000, 6],
    // 0 → 10 over 1 s averages 5, then 10 for 1 s: 7.5.
    [{ kind: 'ramp', fromPerSecond: 0, toPerSecond: 10, overMs: 1_000 }, 2_000, 7.5],
    // Half of the ramp: from 0 to 5, so 2.5.
    [{ kind: 'ramp', fromPerSecond: 0, toPerSecond: 10, overMs: 1_000 }, 500, 2.5],
  ])('%j over %d ms is %d', (schedule, overMs, expected) => {
    expect(meanPerSecond(schedule, overMs)).toBeCloseTo(expected, 9);
  });
});

describe('ground truth 14: 10,000 Poisson arrivals', () => {
  const gapsOf = (...seed: (number | string)[]) => {
    const due = dueTimes({ kind: 'poisson', perSecond: 100 }, randomFrom(...seed));
    let before = 0;
    return Array.from({ length: 10_000 }, () => {
      const at = due.next().value;
      const gap = at - before;
      before = at;
      return gap;
    });
  };
  const gaps = gapsOf('arrivals', 3);

  it('have a mean of 1/λ ± 2 %', ({ task }) => {
    task.meta.truths = [
      {
        no: 14,
        what: '10,000 Poisson arrivals at 100/s: mean gap',
        expected: '10 ms ± 2 %',
        measured: `${mean(gaps).toFixed(2)} ms`,
      },
    ];
    expect(Math.abs(mean(gaps) / 10 - 1)).toBeLessThan(0.02);
  });

  it('have a coefficient of variation of 1.00 ± 0.03', ({ task }) => {
    task.meta.truths = [
      {
        no: 14,
        what: 'their coefficient of variation',
        expected: '1.00 ± 0.03',
        measured: coefficientOfVariation(gaps).toFixed(3),
      },
    ];
    expect(Math.abs(coefficientOfVariation(gaps) - 1)).toBeLessThan(0.03);
  });

  it('have a lag-1 rank correlation below 0.03', ({ task }) => {
    task.meta.truths = [
      {
        no: 14,
        what: 'their lag-1 rank correlation',
        expected: '0 ± 0.03',
        measured: lag1RankCorrelation(gaps).toFixed(3),
      },
    ];
    expect(Math.abs(lag1RankCorrelation(gaps))).toBeLessThan(0.03);
  });

  it('pass Anderson and Darling at 1 %, about as often as chance says', ({ task }) => {
    // 100 seeds, each rejected with probability 0.01: more than 5 rejections have probability 0.0005.
    const rejected = Array.from({ length: 100 }, (_, seed) => gapsOf('many', seed)).filter(
      (sample) => andersonDarling(sample, 10) > CRITICAL_1_PERCENT,
    );
    task.meta.truths = [
      {
        no: 14,
        what: 'their A² (Anderson and Darling), against an exponential distribution',
        expected: `below ${CRITICAL_1_PERCENT}`,
        measured: andersonDarling(gaps, 10).toFixed(3),
      },
    ];
    expect(andersonDarling(gaps, 10)).toBeLessThan(CRITICAL_1_PERCENT);
    expect(rejected.length).toBeLessThanOrEqual(5);
  });

  it('would not pass with gaps a little too even, or with a mean 5 % off', () => {
    const random = randomFrom('uneven');
    // A tenth of every gap is replaced by a uniform number of the same mean, 10 ms.
    const tooEven = gaps.map((gap) => 0.9 * gap + 0.1 * 20 * random());
    expect(andersonDarling(tooEven, 10)).toBeGreaterThan(CRITICAL_1_PERCENT);
    expect(
      andersonDarling(
        gaps.map((gap) => gap * 1.05),
        10,
      ),
    ).toBeGreaterThan(CRITICAL_1_PERCENT);
  });
});

/** A² of a fully specified distribution at 1 % (D'Agostino and Stephens 1986, table 4.2, case 0). */
const CRITICAL_1_PERCENT = 3.857;

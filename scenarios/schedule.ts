import type { Random } from './random.ts';
import type { Schedule } from './schema.ts';

/**
 * When messages are due at one source, in milliseconds from its start: a pure function of the
 * schedule and the random stream, endless and ascending. It knows no clock, so a slow server
 * cannot slow it down (open loop).
 */
export function dueTimes(schedule: Schedule, random: Random): Generator<number, never> {
  switch (schedule.kind) {
    case 'constant':
      return every(1_000 / schedule.perSecond, 1, offset(schedule.phase, random));
    case 'burst':
      return every(schedule.everyMs, schedule.messages, offset(schedule.phase, random));
    case 'poisson':
      return poisson(1_000 / schedule.perSecond, random);
    case 'ramp':
      return ramp(schedule.fromPerSecond / 1_000, schedule.toPerSecond / 1_000, schedule.overMs);
  }
}

/** Where in the period a source begins, as a fraction of it. */
function offset(phase: 'random' | 'fixed', random: Random): number {
  return phase === 'random' ? random() : 0;
}

function* every(periodMs: number, messages: number, phase: number): Generator<number, never> {
  // Multiplied, not added up, so that the thousandth due time carries no rounding of the others.
  for (let period = 0; ; period += 1) {
    for (let message = 0; message < messages; message += 1) yield (period + phase) * periodMs;
  }
}

/** Exponential gaps by inversion: −ln(1 − U) · mean (Devroye 1986, II.2). */
function* poisson(meanMs: number, random: Random): Generator<number, never> {
  for (let at = 0; ; ) {
    at -= Math.log(1 - random()) * meanMs;
    yield at;
  }
}

/**
 * The n-th message is due when the integral of the rate reaches n: with a rate r(t) = a + bt,
 * at the root of at + bt²/2 = n; after the ramp, at the final rate. A final rate of 0 ends the
 * messages: the next one is due never.
 */
function* ramp(fromPerMs: number, toPerMs: number, overMs: number): Generator<number, never> {
  const slope = (toPerMs - fromPerMs) / overMs;
  const inRamp = ((fromPerMs + toPerMs) / 2) * overMs;
  for (let message = 1; ; message += 1) {
    if (message > inRamp) {
      yield overMs + (message - inRamp) / toPerMs;
    } else {
      // The root in the form that stays exact for a slope of 0. Where the rate reaches 0 with the
      // last message, rounding may put the radicand below 0.
      const reachedPerMs = Math.sqrt(Math.max(0, fromPerMs * fromPerMs + 2 * slope * message));
      yield (2 * message) / (fromPerMs + reachedPerMs);
    }
  }
}

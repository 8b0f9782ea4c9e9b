import type { Random } from '../random.ts';
import { dueTimes } from '../schedule.ts';
import type { Schedule } from '../schema.ts';

/** The due times before `untilMs`, as an array. */
export function dueUntil(schedule: Schedule, random: Random, untilMs: number): number[] {
  const due: number[] = [];
  for (const at of dueTimes(schedule, random)) {
    if (at >= untilMs) break;
    due.push(at);
  }
  return due;
}

/** Messages per second that the schedule has on average over its first `overMs`. */
export function meanPerSecond(schedule: Schedule, overMs: number): number {
  switch (schedule.kind) {
    case 'constant':
    case 'poisson':
      return schedule.perSecond;
    case 'burst':
      return (schedule.messages * 1_000) / schedule.everyMs;
    case 'ramp': {
      const { fromPerSecond: from, toPerSecond: to } = schedule;
      const rampMs = Math.min(overMs, schedule.overMs);
      const reached = from + ((to - from) * rampMs) / schedule.overMs;
      return (((from + reached) / 2) * rampMs + to * (overMs - rampMs)) / overMs;
    }
  }
}

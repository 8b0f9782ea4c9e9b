import { parentPort, workerData } from 'node:worker_threads';
import { nowUs } from '../clock.ts';
import { NEVER, type PacerMemory } from './pacer.ts';

/**
 * The pacing thread: sleeps until the instant that the main thread asked for and posts one
 * message. `Atomics.wait` takes fractions of a millisecond, which no timer of the event loop
 * does; the sleeping thread costs nothing.
 */
const { generation, wakeAtUs } = workerData as PacerMemory;

for (;;) {
  // The generation is read first: a target written after it changes it and ends the wait.
  const asked = Atomics.load(generation, 0);
  const waitMs = ((wakeAtUs[0] ?? NEVER) - nowUs()) / 1e3;
  if (waitMs > 0 && Atomics.wait(generation, 0, asked, waitMs) !== 'timed-out') continue;
  if (Atomics.load(generation, 0) !== asked) continue;
  parentPort?.postMessage(null);
  Atomics.wait(generation, 0, asked);
}

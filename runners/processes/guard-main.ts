import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

/** Between asking and insisting: all is over well within 5 s of the coordinator's end. */
const GRACE_MS = 2_000;

const held = new Set<number>();

/** The guard's whole life: take notes until the coordinator is gone, then end what it left. */
for await (const line of createInterface({ input: process.stdin })) {
  const [order, group] = line.split(' ');
  if (order === 'hold') held.add(Number(group));
  else if (group === 'all') held.clear();
  else held.delete(Number(group));
}
signalHeld('SIGTERM');
// A server that was stopped does not see SIGTERM until it goes on.
signalHeld('SIGCONT');
for (let waitedMs = 0; held.size > 0 && waitedMs < GRACE_MS; waitedMs += 100) {
  await sleep(100);
  signalHeld(0);
}
signalHeld('SIGKILL');

/** Signals every group that is left and forgets those that are gone. */
function signalHeld(signal: NodeJS.Signals | 0): void {
  for (const group of held) {
    try {
      process.kill(-group, signal);
    } catch {
      held.delete(group);
    }
  }
}

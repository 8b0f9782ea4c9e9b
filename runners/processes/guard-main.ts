import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { killTree, type ProcessTree, signalGroup, type Trace } from '../../servers/trace.ts';
import type { GuardOrder } from './guard.ts';

/** Between asking and insisting: all is over well within 5 s of the coordinator's end. */
const GRACE_MS = 2_000;

/** By what they are called in orders. */
const held = new Map<string, Trace>();

/** The guard's whole life: take notes until the coordinator is gone, then take away what it left. */
for await (const line of createInterface({ input: process.stdin })) {
  const { order, what }: GuardOrder = JSON.parse(line);
  if (what === 'all') held.clear();
  else if (order === 'hold') held.set(JSON.stringify(what), what);
  else held.delete(JSON.stringify(what));
}
const trees = [...held.values()].filter((trace) => trace.kind === 'tree');
signalAll('SIGTERM');
// A server that was stopped does not see SIGTERM until it goes on.
signalAll('SIGCONT');
for (let waitedMs = 0; signalAll(0) && waitedMs < GRACE_MS; waitedMs += 100) await sleep(100);
for (const tree of trees) attempt(() => killTree(tree));
for (const trace of held.values()) {
  if (trace.kind === 'folder') attempt(() => rmSync(trace.path, { recursive: true, force: true }));
}

/** Signals every group; says whether any is left. */
function signalAll(name: NodeJS.Signals | 0): boolean {
  return trees.filter(({ pid }: ProcessTree) => attempt(() => signalGroup(pid, name))).length > 0;
}

/** One that cannot be taken away must not keep the guard from the others, and there is nobody to tell. */
function attempt(act: () => unknown): boolean {
  try {
    return act() !== false;
  } catch {
    return false;
  }
}

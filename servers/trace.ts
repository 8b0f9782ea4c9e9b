import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** Something that a started program leaves behind if nobody takes it away. */
export type Trace = ProcessTree | { readonly kind: 'folder'; readonly path: string };

/** A process group, and whatever has come out of it. */
export interface ProcessTree {
  readonly kind: 'tree';
  /** Of the process that leads the group. */
  readonly pid: number;
  /** What its processes carry in their environment; without one, the group is all there is. */
  readonly marker?: string;
}

/** The variable that marks the processes of a tree: names, the outermost first, separated by colons. */
const VARIABLE = 'WIREBENCH_TREE';

/** A new marker, and the environment that hands it on. A tree within a tree carries both markers. */
export function newMarker(): { readonly marker: string; readonly env: Readonly<Record<string, string>> } {
  const marker = randomUUID();
  const outer = process.env[VARIABLE];
  return { marker, env: { [VARIABLE]: outer === undefined ? marker : `${outer}:${marker}` } };
}

/** Rounds of looking for processes that were started while others were being ended. */
const ROUNDS = 5;

/**
 * Ends a group, and with it every process that has left the group for a session of its own, whoever its
 * parent is by now: they are known by their marker, on Linux, unless they were started with another environment.
 */
export function killTree({ pid, marker }: ProcessTree): void {
  signalGroup(pid, 'SIGKILL');
  if (marker === undefined) return;
  for (let round = 0; round < ROUNDS; round += 1) {
    const left = marked(marker);
    if (left.length === 0) return;
    for (const each of left) signal(each, 'SIGKILL');
  }
}

/**
 * Signals every process of a group.
 *
 * @returns whether there was one; a group that is gone is what was wanted.
 */
export function signalGroup(pid: number, name: NodeJS.Signals | 0): boolean {
  return signal(-pid, name);
}

function signal(target: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The processes that carry a marker (proc_pid_environ(5)); none where there is no `/proc`. */
function marked(marker: string): number[] {
  return entries('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => environment(pid).includes(marker))
    .map(Number);
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Empty for one that has ended, and for another user's. */
function environment(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Ends what this process started if this process can no longer do so itself. */
export interface Guard {
  /** Puts a process group under guard. */
  hold(group: number): void;
  /** The group is gone, or is being ended in an orderly way. */
  release(group: number): void;
  /** Ends the guard; nothing is under guard any more. */
  close(): Promise<void>;
}

const GUARD = fileURLToPath(new URL('./guard-main.js', import.meta.url));

/**
 * Starts the guard: a process that only waits for its standard input to end, which happens when
 * this one is gone, however it went. Then it ends every group that it holds.
 */
export async function startGuard(): Promise<Guard> {
  const guard = spawn(process.execPath, [GUARD], {
    // A group of its own, out of reach of a signal that ends this one's.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(guard, 'spawn');
  // A guard that was ended by somebody else takes no notes; the run goes on without it.
  guard.stdin.on('error', () => {});
  guard.unref();
  return {
    hold: (group) => guard.stdin.write(`hold ${group}\n`),
    release: (group) => guard.stdin.write(`release ${group}\n`),
    async close() {
      if (guard.exitCode !== null || guard.signalCode !== null) return;
      guard.ref();
      guard.stdin.end('release all\n');
      await once(guard, 'exit');
    },
  };
}

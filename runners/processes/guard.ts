import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Trace } from '../../servers/trace.ts';

/** Ends what this process started if this process can no longer do so itself. */
export interface Guard {
  /** Puts processes or a folder under guard. */
  hold(trace: Trace): void;
  /** They are gone, or are being taken away in an orderly way. */
  release(trace: Trace): void;
  /** Ends the guard; nothing is under guard any more. */
  close(): Promise<void>;
}

/** What the guard is told, a line each. */
export interface GuardOrder {
  readonly order: 'hold' | 'release';
  readonly what: Trace | 'all';
}

function orderOf(order: GuardOrder['order'], what: GuardOrder['what']): string {
  return `${JSON.stringify({ order, what })}\n`;
}

const GUARD = fileURLToPath(new URL('./guard-main.js', import.meta.url));

/**
 * Starts the guard: a process that only waits for its standard input to end, which happens when
 * this one is gone, however it went. Then it ends every process that it holds, and removes the folders.
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
    hold: (trace) => guard.stdin.write(orderOf('hold', trace)),
    release: (trace) => guard.stdin.write(orderOf('release', trace)),
    async close() {
      if (guard.exitCode !== null || guard.signalCode !== null) return;
      guard.ref();
      guard.stdin.end(orderOf('release', 'all'));
      await once(guard, 'exit');
    },
  };
}

import { performance } from 'node:perf_hooks';
import { killTree, type ProcessTree, signalGroup } from './trace.ts';

/** How a process ended. */
export type ExitReason =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals };

/** How stopping a server went. */
export type StopReason =
  /** It ended on SIGTERM. */
  | { readonly kind: 'ended'; readonly exit: ExitReason; readonly afterMs: number }
  /** It had ended before it was asked to. */
  | { readonly kind: 'ended-before'; readonly exit: ExitReason }
  /** It ignored SIGTERM for as long as it may, and got SIGKILL. */
  | { readonly kind: 'killed'; readonly afterMs: number }
  /** It runs elsewhere and still does. */
  | { readonly kind: 'not-ours' };

/** How to stop a process and all that has come out of it: see `RunningServer.stop`. */
export function stopper(
  tree: ProcessTree,
  exited: Promise<ExitReason>,
  stopWithinMs: number,
): () => Promise<StopReason> {
  let ended: ExitReason | null = null;
  let stopping: Promise<StopReason> | null = null;
  exited.then((exit) => {
    ended = exit;
  });
  const stop = async (): Promise<StopReason> => {
    if (ended !== null) {
      killTree(tree);
      return { kind: 'ended-before', exit: ended };
    }
    const askedAt = performance.now();
    signalGroup(tree.pid, 'SIGTERM');
    let killed = false;
    const timer = setTimeout(() => {
      killed = true;
      killTree(tree);
    }, stopWithinMs);
    const exit = await exited;
    clearTimeout(timer);
    const afterMs = performance.now() - askedAt;
    killTree(tree);
    if (killed) return { kind: 'killed', afterMs };
    return { kind: 'ended', exit, afterMs };
  };
  return () => {
    stopping ??= stop();
    return stopping;
  };
}

/** An exit reason for people. */
export function inWords(exit: ExitReason): string {
  return exit.kind === 'exited' ? `exited with code ${exit.code}` : `was ended by ${exit.signal}`;
}

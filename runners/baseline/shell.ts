import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { LineSplitter, LogTail } from '../../servers/log-tail.ts';
import { type ExitReason, stopper } from '../../servers/process-group.ts';
import { killTree, newMarker } from '../../servers/trace.ts';
import type { Guard } from '../processes/guard.ts';

/** A command that is run to its end. */
export interface ShellCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly withinMs: number;
  readonly guard: Guard;
  readonly signal: AbortSignal;
}

/** How it went, and the last lines that it said, on whichever stream. */
export interface ShellResult {
  readonly exit: ExitReason | { readonly kind: 'overdue' } | { readonly kind: 'missing' };
  /** Standard output as a whole, up to a megabyte. */
  readonly output: string;
  readonly lines: readonly string[];
}

/** Between SIGTERM and SIGKILL. */
const STOP_WITHIN_MS = 5_000;

const MOST_OUTPUT = 1_000_000;

/**
 * Runs a command in a process group of its own, and ends whatever it leaves behind.
 *
 * @throws the reason of `signal`, when nothing of it is left.
 */
export async function runToEnd(command: ShellCommand): Promise<ShellResult> {
  const { program, args, cwd, env, withinMs, guard, signal } = command;
  signal.throwIfAborted();
  const { marker, env: mark } = newMarker();
  const child = spawn(program, args, {
    cwd,
    env: { ...env, ...mark },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    await once(child, 'spawn');
  } catch {
    return { exit: { kind: 'missing' }, output: '', lines: [] };
  }
  const tree = { kind: 'tree', pid: child.pid ?? 0, marker } as const;
  guard.hold(tree);
  const tail = new LogTail(20);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    const lines = new LineSplitter((line) => tail.add(line));
    stream.on('data', (chunk: Buffer) => {
      lines.push(chunk);
      if (stream === child.stdout && output.length < MOST_OUTPUT) output += chunk.toString();
    });
    stream.on('end', () => lines.end());
  }
  const exited = new Promise<ExitReason>((resolve) => {
    child.once('close', (code, killed) =>
      resolve(killed === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal: killed }),
    );
  });
  const stop = stopper(tree, exited, STOP_WITHIN_MS);
  const abort = () => void stop();
  signal.addEventListener('abort', abort, { once: true });
  let overdue = false;
  const timer = setTimeout(() => {
    overdue = true;
    void stop();
  }, withinMs);
  try {
    const exit = await exited;
    signal.throwIfAborted();
    return { exit: overdue ? { kind: 'overdue' } : exit, output, lines: tail.lines() };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
    // A build may have left a process in the background.
    killTree(tree);
    guard.release(tree);
  }
}

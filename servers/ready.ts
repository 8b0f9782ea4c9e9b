import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseReadyLine, type ReadyLine } from './contract.ts';
import { LaunchError } from './launch-error.ts';
import { LineSplitter, type LogTail } from './log-tail.ts';
import { type ExitReason, inWords } from './process-group.ts';
import { beginningOf } from './secrets.ts';

/** What a server says of itself when it serves. */
export type Serving = Pick<ReadyLine, 'port' | 'transports' | 'tls'>;

/** What its start has to do with, while it is waited for. */
export interface Waiting {
  readonly tail: LogTail;
  readonly exited: Promise<ExitReason>;
  readonly readyWithinMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Waits for the ready line; goes on reading the output for as long as the process runs.
 *
 * @throws LaunchError, or the reason of the signal.
 */
export function readyLine(name: string, child: ChildProcess, waiting: Waiting): Promise<Serving> {
  const { tail, exited, readyWithinMs, signal } = waiting;
  return new Promise((resolve, reject) => {
    const fail = (code: LaunchError['code'], problem: string) =>
      reject(new LaunchError(code, `server "${name}" ${problem}`, tail.lines()));
    const aborted = () => reject(signal?.reason);
    const timer = setTimeout(
      () => fail('not-ready', `printed no ready line within ${readyWithinMs} ms; is its stdout buffered?`),
      readyWithinMs,
    );
    const settled = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', aborted);
    };
    signal?.addEventListener('abort', aborted, { once: true });
    readLines(child.stdout, (line) => {
      tail.add(line);
      try {
        const ready = parseReadyLine(line);
        if (ready === null) return;
        settled();
        resolve(ready);
      } catch (error) {
        settled();
        fail('bad-ready-line', `is not ready: ${beginningOf((error as Error).message, 300)}`);
      }
    });
    exited.then(async (exit) => {
      settled();
      await outputRead(child);
      fail('exited-early', `${inWords(exit)} before it was ready`);
    });
  });
}

/**
 * Waits until a server accepts connections.
 *
 * @throws LaunchError, or the reason of the signal.
 */
export async function accepting(name: string, host: string, port: number, waiting: Waiting): Promise<void> {
  const { tail, exited, readyWithinMs, signal } = waiting;
  let ended: ExitReason | null = null;
  exited.then((exit) => {
    ended = exit;
  });
  const endAt = performance.now() + readyWithinMs;
  while (!(await accepts(host, port))) {
    signal?.throwIfAborted();
    const problem =
      ended === null
        ? `accepted no connection within ${readyWithinMs} ms`
        : `${inWords(ended)} before it was ready`;
    if (ended !== null || performance.now() > endAt) {
      throw new LaunchError(
        ended === null ? 'not-ready' : 'exited-early',
        `server "${name}" ${problem}`,
        tail.lines(),
      );
    }
    await sleep(LOOK_EVERY_MS);
  }
}

/** How often to knock at a server that is starting. */
const LOOK_EVERY_MS = 20;

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** What a process said last may arrive after its end; grandchildren may hold the pipe open for longer. */
async function outputRead(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null && !stream.readableEnded);
  const ended = Promise.all(streams.map((stream) => new Promise((resolve) => stream?.once('end', resolve))));
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 200))]);
}

/** Passes what a process says on, line by line. */
export function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  const splitter = new LineSplitter(onLine);
  stream?.on('data', (chunk: Buffer) => splitter.push(chunk));
  stream?.once('end', () => splitter.end());
}

import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import {
  type CommandServer,
  parseReadyLine,
  READY_WITHIN_MS,
  type ReadyLine,
  type ServerSpec,
  STOP_WITHIN_MS,
  type TlsIdentity,
  type Transport,
} from './contract.ts';
import { writeIdentity } from './identity-files.ts';
import { LineSplitter, LogTail } from './log-tail.ts';
import { type ExitReason, inWords, killGroup, type StopReason, stopper } from './process-group.ts';

/** A server that serves. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:43127`; `https:` where it serves over TLS. */
  readonly origin: URL;
  readonly transports: readonly Transport[];
  /** Process and process group; `null` where the server runs elsewhere. */
  readonly pid: number | null;
  /** Resolves when the process ends, for whatever reason; never for a server that runs elsewhere. */
  readonly exited: Promise<ExitReason>;
  /** The last lines of its output, oldest first. */
  log(): readonly string[];
  /**
   * SIGTERM to its process group, SIGKILL when its time is over; resolves when the process is
   * gone. Whatever it left behind in its group is killed too. May be called again.
   */
  stop(): Promise<StopReason>;
}

/** How to launch. */
export interface LaunchOptions {
  /** Ends the launch; the process is killed, and the launch rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told the process id before the server is ready, so that a guard can hold it from the start. */
  readonly onSpawn?: (pid: number) => void;
  /** Asks a command to serve over TLS; whether it does is in the origin. */
  readonly tls?: TlsIdentity;
  /** Milliseconds until the ready line; by default the contract's. */
  readonly readyWithinMs?: number;
  /** Milliseconds between SIGTERM and SIGKILL; by default the contract's. */
  readonly stopWithinMs?: number;
}

/** A server did not come up. `evidence` holds its last words. */
export class LaunchError extends Error {
  readonly code: 'cannot-start' | 'exited-early' | 'not-ready' | 'bad-ready-line';
  readonly evidence: readonly string[];

  constructor(
    code: LaunchError['code'],
    message: string,
    evidence: readonly string[],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'LaunchError';
    this.code = code;
    this.evidence = evidence;
  }
}

/**
 * Brings a server up: starts a command in a process group of its own and waits for its ready
 * line, or takes a running one as it is.
 *
 * @throws LaunchError; the signal's reason if it was aborted. No process is left then.
 */
export async function launch(spec: ServerSpec, options: LaunchOptions = {}): Promise<RunningServer> {
  options.signal?.throwIfAborted();
  if ('command' in spec) return await launchCommand(spec, options);
  return {
    origin: new URL(spec.url),
    transports: spec.transports,
    pid: null,
    exited: new Promise(() => {}),
    log: () => [],
    stop: async () => ({ kind: 'not-ours' }),
  };
}

const HOST = '127.0.0.1';

/** Has the certificate's files there for as long as the contract says that they are. */
async function launchCommand(spec: CommandServer, options: LaunchOptions): Promise<RunningServer> {
  if (options.tls === undefined) return await startAndWait(spec, {}, options);
  const { environment, remove } = await writeIdentity(options.tls);
  try {
    return await startAndWait(spec, environment, options);
  } finally {
    await remove();
  }
}

async function startAndWait(
  spec: CommandServer,
  environment: Readonly<Record<string, string>>,
  options: LaunchOptions,
): Promise<RunningServer> {
  const { readyWithinMs = READY_WITHIN_MS, stopWithinMs = STOP_WITHIN_MS } = options;
  const { child, pid } = await start(spec, environment);
  options.onSpawn?.(pid);
  const tail = new LogTail();
  const exited = new Promise<ExitReason>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal }),
    );
  });
  const stop = stopper(pid, exited, stopWithinMs);
  try {
    const ready = await readyLine(spec, child, { tail, exited, readyWithinMs, signal: options.signal });
    if (ready.tls && options.tls === undefined) {
      const problem = `server "${spec.name}" serves over TLS, which it was not asked to and with a certificate that nobody knows`;
      throw new LaunchError('bad-ready-line', problem, tail.lines());
    }
    return {
      origin: new URL(`${ready.tls ? 'https' : 'http'}://${HOST}:${ready.port}`),
      transports: ready.transports,
      pid,
      exited,
      log: () => tail.lines(),
      stop,
    };
  } catch (error) {
    killGroup(pid, 'SIGKILL');
    await exited;
    throw error;
  }
}

async function start(
  spec: CommandServer,
  environment: Readonly<Record<string, string>>,
): Promise<{ child: ChildProcess; pid: number }> {
  const [program, ...parameters] = spec.command;
  try {
    const child = spawn(program, parameters, {
      cwd: spec.cwd,
      env: { ...process.env, ...spec.env, ...environment, WIREBENCH_HOST: HOST, WIREBENCH_PORT: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // A process group of its own, so that nothing that it starts outlives it.
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    // Failed kills are dealt with where they are sent.
    child.on('error', () => {});
    if (child.pid === undefined) throw new Error('no process id');
    return { child, pid: child.pid };
  } catch (cause) {
    const message = `server "${spec.name}" cannot be started in ${spec.cwd}: ${(cause as Error).message}; check "command" and "cwd"`;
    throw new LaunchError('cannot-start', message, [], { cause });
  }
}

interface Waiting {
  readonly tail: LogTail;
  readonly exited: Promise<ExitReason>;
  readonly readyWithinMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Waits for the ready line; goes on reading the output for as long as the process runs. */
function readyLine(spec: CommandServer, child: ChildProcess, waiting: Waiting): Promise<ReadyLine> {
  const { tail, exited, readyWithinMs, signal } = waiting;
  return new Promise<ReadyLine>((resolve, reject) => {
    const fail = (code: LaunchError['code'], problem: string) =>
      reject(new LaunchError(code, `server "${spec.name}" ${problem}`, tail.lines()));
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
    readLines(child.stderr, (line) => tail.add(line));
    readLines(child.stdout, (line) => {
      tail.add(line);
      try {
        const ready = parseReadyLine(line);
        if (ready === null) return;
        settled();
        resolve(ready);
      } catch (error) {
        settled();
        fail('bad-ready-line', `is not ready: ${(error as Error).message}`);
      }
    });
    exited.then(async (exit) => {
      settled();
      await outputRead(child);
      fail('exited-early', `${inWords(exit)} before it was ready`);
    });
  });
}

/** What a process said last may arrive after its end; grandchildren may hold the pipe open for longer. */
async function outputRead(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream !== null && !stream.readableEnded);
  const ended = Promise.all(streams.map((stream) => new Promise((resolve) => stream?.once('end', resolve))));
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 200))]);
}

function readLines(stream: Readable | null, onLine: (line: string) => void): void {
  const splitter = new LineSplitter(onLine);
  stream?.on('data', (chunk: Buffer) => splitter.push(chunk));
  stream?.once('end', () => splitter.end());
}

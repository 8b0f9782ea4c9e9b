import { type ChildProcess, spawn } from 'node:child_process';
import {
  type CommandServer,
  type PlacedServer,
  READY_WITHIN_MS,
  type ServerSpec,
  STOP_WITHIN_MS,
  type TlsIdentity,
  type Transport,
  type UrlServer,
} from './contract.ts';
import { type IdentityFiles, writeIdentity } from './identity-files.ts';
import { LaunchError } from './launch-error.ts';
import { LogTail } from './log-tail.ts';
import { makePlace } from './place.ts';
import { type ExitReason, type StopReason, stopper } from './process-group.ts';
import { accepting, readLines, readyLine, type Serving, type Waiting } from './ready.ts';
import { killTree, newMarker, type ProcessTree, type Trace } from './trace.ts';

export { LaunchError } from './launch-error.ts';

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
   * gone. Whatever it left behind, in its group or not, is killed too. May be called again.
   */
  stop(): Promise<StopReason>;
}

/** How to launch. */
export interface LaunchOptions {
  /** Ends the launch; the process is killed, and the launch rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told what there is to take away, as soon as there is, so that a guard can hold it from the start. */
  readonly onTrace?: (trace: Trace) => void;
  /** Asks a command to serve over TLS; whether it does is in the origin. */
  readonly tls?: TlsIdentity;
  /** Milliseconds until the ready line; by default the contract's. */
  readonly readyWithinMs?: number;
  /** Milliseconds between SIGTERM and SIGKILL; by default the contract's. */
  readonly stopWithinMs?: number;
}

/**
 * Brings a server up: starts a command in a process group of its own and waits for its ready
 * line, or takes a running one as it is.
 *
 * @throws LaunchError; the signal's reason if it was aborted. No process is left then.
 */
export async function launch(spec: ServerSpec, options: LaunchOptions = {}): Promise<RunningServer> {
  options.signal?.throwIfAborted();
  if ('url' in spec) return elsewhere(spec);
  const identity = options.tls === undefined ? null : await writeIdentity(options.tls, options.onTrace);
  try {
    return 'files' in spec
      ? await launchPlaced(spec, identity, options)
      : await launchCommand(spec, identity, options);
  } finally {
    // The certificate's files are there for as long as the contract says that they are.
    await identity?.remove();
  }
}

const HOST = '127.0.0.1';

function elsewhere(spec: UrlServer): RunningServer {
  return {
    origin: new URL(spec.url),
    transports: spec.transports,
    pid: null,
    exited: new Promise(() => {}),
    log: () => [],
    stop: async () => ({ kind: 'not-ours' }),
  };
}

async function launchCommand(
  spec: CommandServer,
  identity: IdentityFiles | null,
  options: LaunchOptions,
): Promise<RunningServer> {
  const env = { ...spec.env, ...identity?.environment, WIREBENCH_HOST: HOST, WIREBENCH_PORT: '0' };
  return await startAndWait({ ...spec, env }, options, (child, waiting) =>
    readyLine(spec.name, child, waiting),
  );
}

/** In a folder of its own, which goes when the server does. */
async function launchPlaced(
  spec: PlacedServer,
  identity: IdentityFiles | null,
  options: LaunchOptions,
): Promise<RunningServer> {
  const tls = spec.tls ? identity : null;
  const { folder, port, remove } = await makePlace(HOST, tls?.paths ?? null, spec.files, options.onTrace);
  try {
    const started = { ...spec, cwd: folder, env: {} };
    const server = await startAndWait(started, options, async (_, waiting) => {
      await accepting(spec.name, HOST, port, waiting);
      return { port, transports: spec.transports, tls: tls !== null };
    });
    const removed = server.exited.then(remove);
    const stop = async () => {
      const reason = await server.stop();
      await removed;
      return reason;
    };
    return { ...server, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function startAndWait(
  spec: CommandServer,
  options: LaunchOptions,
  ready: (child: ChildProcess, waiting: Waiting) => Promise<Serving>,
): Promise<RunningServer> {
  const { readyWithinMs = READY_WITHIN_MS, stopWithinMs = STOP_WITHIN_MS } = options;
  const { child, tree } = await start(spec);
  options.onTrace?.(tree);
  const tail = new LogTail();
  readLines(child.stderr, (line) => tail.add(line));
  const exited = new Promise<ExitReason>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(signal === null ? { kind: 'exited', code: code ?? 0 } : { kind: 'signalled', signal }),
    );
  });
  const stop = stopper(tree, exited, stopWithinMs);
  try {
    const serving = await ready(child, { tail, exited, readyWithinMs, signal: options.signal });
    if (serving.tls && options.tls === undefined) {
      const problem = `server "${spec.name}" serves over TLS, which it was not asked to and with a certificate that nobody knows`;
      throw new LaunchError('bad-ready-line', problem, tail.lines());
    }
    return {
      origin: new URL(`${serving.tls ? 'https' : 'http'}://${HOST}:${serving.port}`),
      transports: serving.transports,
      pid: tree.pid,
      exited,
      log: () => tail.lines(),
      stop,
    };
  } catch (error) {
    killTree(tree);
    await exited;
    throw error;
  }
}

async function start(spec: CommandServer): Promise<{ child: ChildProcess; tree: ProcessTree }> {
  const [program, ...parameters] = spec.command;
  const { marker, env } = newMarker();
  try {
    const child = spawn(program, parameters, {
      cwd: spec.cwd,
      env: { ...process.env, ...spec.env, ...env },
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
    return { child, tree: { kind: 'tree', pid: child.pid, marker } };
  } catch (cause) {
    const message = `server "${spec.name}" cannot be started in ${spec.cwd}: ${(cause as Error).message}; check "command" and "cwd"`;
    throw new LaunchError('cannot-start', message, [], { cause });
  }
}

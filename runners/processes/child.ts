import { type ChildProcess, fork } from 'node:child_process';
import type { Order, Report } from './protocol.ts';

/** Reports by kind. */
type ReportOf<K extends Report['kind']> = Extract<Report, { kind: K }>;

/** How long a process gets to end when it is told to. */
const END_WITHIN_MS = 2_000;

/** So much of its last words is kept. */
const STDERR_CHARS = 2_000;

/**
 * How Node runs a process of the generator: so that it can tidy up before it measures, and with halves of the young
 * generation of 4 MiB and not 16, in which an idle client's share would be 2 kB. Under load a delivery costs as much CPU
 * with either.
 */
export const GENERATOR_FLAGS = ['--expose-gc', '--max-semi-space-size=4'] as const;

/** A process of the generator, seen from the coordinator. */
export class Child {
  readonly #process: ChildProcess;
  readonly #heard = new Map<Report['kind'], Report>();
  readonly #listeners = new Set<() => void>();
  readonly #ended: Promise<void>;
  #ending = false;
  #stderr = '';

  /**
   * @param name what messages call it.
   * @param entry the compiled file that it runs.
   * @param onFailure called once with the reason if it fails or ends before {@link end}.
   */
  constructor(name: string, entry: URL, onFailure: (reason: string) => void) {
    this.#process = fork(entry, [], {
      // Not by `execArgv`: only with its own does `fork` leave out the code of a `node -e` that this may be.
      env: {
        ...process.env,
        NODE_OPTIONS: [process.env['NODE_OPTIONS'], ...GENERATOR_FLAGS].filter(Boolean).join(' '),
      },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // A group of its own: a Ctrl-C in the terminal is for the coordinator alone to act on.
      detached: true,
    });
    const fail = (reason: string) => {
      if (!this.#ending) onFailure(`the ${name} ${reason}`);
      this.#ending = true;
    };
    this.#process.on('message', (report: Report) => {
      if (report.kind === 'failed') fail(`failed: ${report.reason}`);
      this.#heard.set(report.kind, report);
      for (const listener of this.#listeners) listener();
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_CHARS);
    });
    // Not 'close', which never comes after a disconnect (Node 20); the last words may follow the exit.
    const exited = new Promise<string>((resolve) => {
      this.#process.on('exit', (code, signal) =>
        resolve(signal === null ? `ended with code ${code}` : `was ended by ${signal}`),
      );
    });
    const silent = new Promise((resolve) => this.#process.stderr?.on('close', resolve));
    const ended = Promise.all([exited, silent]).then(([how]) =>
      fail(this.#stderr === '' ? how : `${how}: ${this.#stderr.trim()}`),
    );
    // A process that never started never ends.
    const notStarted = new Promise<void>((resolve) => {
      this.#process.on('error', (error) => {
        fail(`failed: ${error.message}`);
        if (this.#process.pid === undefined) resolve();
      });
    });
    this.#ended = Promise.race([ended, notStarted]);
  }

  /** Process id; `null` if it never started. */
  get pid(): number | null {
    return this.#process.pid ?? null;
  }

  /** Gives an order. One that is gone is reported by `onFailure`, not here. */
  say(order: Order): void {
    if (this.#process.connected) this.#process.send(order, () => {});
  }

  /** Waits for a report of a kind, or takes the one that has come. Rejects with the signal's reason. */
  hear<K extends Report['kind']>(kind: K, signal: AbortSignal): Promise<ReportOf<K>> {
    return new Promise((resolve, reject) => {
      const settle = () => {
        this.#listeners.delete(look);
        signal.removeEventListener('abort', abort);
      };
      const abort = () => {
        settle();
        reject(signal.reason);
      };
      const look = () => {
        const report = this.#heard.get(kind);
        if (report === undefined) return;
        settle();
        resolve(report as ReportOf<K>);
      };
      if (signal.aborted) return abort();
      signal.addEventListener('abort', abort, { once: true });
      this.#listeners.add(look);
      look();
    });
  }

  /** Ends it, with force if that takes long. */
  async end(): Promise<void> {
    this.#ending = true;
    if (this.#process.connected) this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), END_WITHIN_MS);
    await this.#ended;
    clearTimeout(timer);
  }
}

import { setMaxListeners } from 'node:events';
import type { ServerSpec, TlsIdentity } from '../../servers/contract.ts';
import { launch, type RunningServer } from '../../servers/launch.ts';
import { inWords } from '../../servers/process-group.ts';
import type { Trace } from '../../servers/trace.ts';
import { lastWords } from '../reason.ts';
import { Child } from './child.ts';
import type { Guard } from './guard.ts';

/** A report that did not come in time. */
export class Overdue extends Error {}

/** The processes of one trial: started together, failed by the first that fails, and ended together. */
export class Crew {
  readonly #outer: AbortSignal;
  readonly #guard: Guard;
  /** Aborts with the reason when any of the processes fails, or the user has had enough. */
  readonly #trouble = new AbortController();
  readonly #children: Child[] = [];
  /** What the guard holds. */
  readonly #traces: Trace[] = [];
  readonly #servers: RunningServer[] = [];

  /** @param signal ends the trial early. */
  constructor(guard: Guard, signal: AbortSignal) {
    this.#guard = guard;
    this.#outer = signal;
    if (signal.aborted) this.#onAbort();
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Aborts with the reason when the trial cannot go on. */
  get signal(): AbortSignal {
    return this.#trouble.signal;
  }

  /** Starts so many processes of a server, over TLS if there is an identity for them, or finds the one that runs elsewhere; rejects with what kept one from it. */
  async startServers(
    spec: ServerSpec,
    shards: number,
    tls: TlsIdentity | null,
  ): Promise<readonly RunningServer[]> {
    const launches = Array.from({ length: shards }, () => this.#startServer(spec, tls));
    // None is left to itself: those that do come up are ended with the rest.
    await Promise.allSettled(launches);
    return Promise.all(launches);
  }

  /** The end of a server before {@link end} is trouble. */
  async #startServer(spec: ServerSpec, tls: TlsIdentity | null): Promise<RunningServer> {
    const options = { signal: this.signal, onTrace: this.#hold };
    const server = await launch(spec, tls === null ? options : { ...options, tls });
    this.#servers.push(server);
    server.exited.then((exit) => {
      this.#trouble.abort(new Error(`the server ${inWords(exit)}${lastWords(server.log())}`));
    });
    return server;
  }

  /** Starts a process of ours; its end before {@link end} is trouble. */
  start(name: string, entry: URL): Child {
    const child = new Child(name, entry, (reason) => this.#trouble.abort(new Error(reason)));
    if (child.pid !== null) this.#hold({ kind: 'tree', pid: child.pid });
    this.#children.push(child);
    return child;
  }

  /**
   * Waits until each of these has reported a kind.
   *
   * @throws Overdue if that takes longer than it may, or the reason of {@link signal}.
   */
  async all<K extends Parameters<Child['hear']>[0]>(children: readonly Child[], kind: K, withinMs: number) {
    const overdue = new AbortController();
    const timer = setTimeout(
      () => overdue.abort(new Overdue(`the generator was not ${kind} within ${withinMs} ms`)),
      withinMs,
    );
    const signal = AbortSignal.any([this.signal, overdue.signal]);
    // Every child listens; from eleven on Node would warn of a leak.
    setMaxListeners(0, signal);
    try {
      return await Promise.all(children.map((child) => child.hear(kind, signal)));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Ends all processes, whatever state they are in. */
  async end(): Promise<void> {
    this.#outer.removeEventListener('abort', this.#onAbort);
    await Promise.all([
      ...this.#servers.map((server) => server.stop()),
      ...this.#children.map((child) => child.end()),
    ]);
    for (const trace of this.#traces) this.#guard.release(trace);
  }

  readonly #hold = (trace: Trace) => {
    this.#traces.push(trace);
    this.#guard.hold(trace);
  };

  readonly #onAbort = () => this.#trouble.abort(this.#outer.reason);
}

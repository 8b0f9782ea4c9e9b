import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mergeMeasurements } from '../reports/results/merge.ts';
import type { Measurements, Outcome, Stage } from '../reports/results/schema.ts';
import { launch, type RunningServer } from '../servers/launch.ts';
import { inWords } from '../servers/process-group.ts';
import { nowUs, sleepMs } from './clock.ts';
import type { PlannedTrial } from './plan.ts';
import { Child } from './processes/child.ts';
import type { Guard } from './processes/guard.ts';
import type { Assignment } from './processes/protocol.ts';
import { useOf, watchServer } from './processes/watch.ts';
import { lastWords, reasonOf } from './reason.ts';
import { notServed, skipReason } from './skip.ts';
import { planTraffic } from './traffic.ts';
import { judge } from './validity.ts';

/** What a trial needs of its run. */
export interface TrialSurroundings {
  /** Ends the trial early. */
  readonly signal: AbortSignal;
  readonly guard: Guard;
  /** Generator processes; `null` chooses. */
  readonly workers: number | null;
  readonly onStage: (stage: Stage) => void;
}

/** A process of the generator may hold 20,000 descriptors on a common machine; half of that leaves room for senders. */
const CLIENTS_PER_WORKER = 10_000;

/** Between saying when it starts and the start, so that every process has heard it. */
const HEAD_START_US = 100_000;

/** How long processes may take to load, and to hand in what they measured. */
const PROCESS_WITHIN_MS = 15_000;

/** How long connecting may take, at the very least and for each client. */
const CONNECT_WITHIN_MS = 15_000;
const CONNECT_MS_PER_CLIENT = 5;

/** How much later than its clients the coordinator may learn that the server has ended. */
const SERVER_END_MS = 250;

const WORKER = new URL('./generator/worker-main.js', import.meta.url);
const PUBLISHER = new URL('./generator/publisher-main.js', import.meta.url);

/** Runs one trial, with fresh processes, and ends every one of them. Rejects only with the reason of `signal`. */
export async function runTrial(trial: PlannedTrial, surroundings: TrialSurroundings): Promise<Outcome> {
  const skipped = skipReason(trial);
  if (skipped !== null) return { status: 'skipped', reason: skipped };
  const run = new TrialRun(trial, surroundings);
  try {
    return await run.measure();
  } catch (error) {
    if (surroundings.signal.aborted) throw surroundings.signal.reason;
    return {
      status: 'failed',
      stage: run.stage,
      reason: reasonOf(error),
    };
  } finally {
    await run.end();
  }
}

/** A trial under way: its processes, and the stage that it is in. */
class TrialRun {
  stage: Stage = 'server';
  readonly #trial: PlannedTrial;
  readonly #surroundings: TrialSurroundings;
  /** Aborts with the reason when any of the processes fails, or the user has had enough. */
  readonly #trouble = new AbortController();
  readonly #children: Child[] = [];
  /** The process groups that the guard holds. */
  readonly #groups: number[] = [];
  #server: RunningServer | null = null;

  constructor(trial: PlannedTrial, surroundings: TrialSurroundings) {
    this.#trial = trial;
    this.#surroundings = surroundings;
    const { signal } = surroundings;
    if (signal.aborted) this.#trouble.abort(signal.reason);
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** The stages, one after the other. */
  async measure(): Promise<Outcome> {
    const { scenario, transport, server: spec } = this.#trial;
    const { phases } = scenario;
    const { signal } = this.#trouble;

    this.#enter('server');
    const server = await this.#startServer();
    if (!server.transports.includes(transport)) {
      return { status: 'skipped', reason: notServed(spec.name, transport) };
    }

    this.#enter('generator');
    this.#startGenerator(server);
    await this.#all('ready', PROCESS_WITHIN_MS);
    const before = await useOf(server.pid);

    this.#enter('connect');
    for (const child of this.#children) child.say({ kind: 'connect' });
    const connected = await this.#all(
      'connected',
      CONNECT_WITHIN_MS + CONNECT_MS_PER_CLIENT * scenario.connections,
    );
    const failures = connected.flatMap((report) => report.failures);
    if (failures.length >= scenario.connections) {
      // Had the server died, its last words would say more, and may come a moment later.
      await sleepMs(SERVER_END_MS, signal);
      signal.throwIfAborted();
      throw new Error(`no client could connect: ${failures[0]}`);
    }

    this.#enter('warmup');
    const startUs = Math.ceil(nowUs() + HEAD_START_US);
    for (const child of this.#children) child.say({ kind: 'start', startUs });
    await this.#until(startUs + phases.warmupMs * 1e3);

    this.#enter('measure');
    const endUs = startUs + (phases.warmupMs + phases.measureMs) * 1e3;
    const use = await watchServer(server.pid, before, endUs, signal);

    this.#enter('drain');
    await this.#all('complete', phases.drainMs).catch((error: unknown) => {
      // What has not come by now is lost, which is a result.
      if (!(error instanceof Overdue)) throw error;
    });

    this.#enter('stop');
    for (const child of this.#children) child.say({ kind: 'finish' });
    const parts = await this.#all('measurements', PROCESS_WITHIN_MS);
    signal.throwIfAborted();
    const merged = mergeMeasurements(parts.map((part) => part.measurements));
    const measurements: Measurements = {
      ...merged,
      processes: use === null ? merged.processes : [use, ...merged.processes],
    };
    return { status: 'completed', measurements, ...judge(this.#trial, measurements, failures) };
  }

  /** Ends all processes, whatever state they are in. */
  async end(): Promise<void> {
    this.#surroundings.signal.removeEventListener('abort', this.#onAbort);
    await Promise.all([this.#server?.stop(), ...this.#children.map((child) => child.end())]);
    for (const group of this.#groups) this.#surroundings.guard.release(group);
  }

  readonly #hold = (group: number) => {
    this.#groups.push(group);
    this.#surroundings.guard.hold(group);
  };

  readonly #onAbort = () => this.#trouble.abort(this.#surroundings.signal.reason);

  #enter(stage: Stage): void {
    this.stage = stage;
    this.#surroundings.onStage(stage);
  }

  async #startServer(): Promise<RunningServer> {
    const { signal } = this.#trouble;
    const server = await launch(this.#trial.server, { signal, onSpawn: this.#hold });
    this.#server = server;
    server.exited.then((exit) => {
      this.#trouble.abort(new Error(`the server ${inWords(exit)}${lastWords(server.log())}`));
    });
    return server;
  }

  #startGenerator(server: RunningServer): void {
    const { scenario, transport, seed } = this.#trial;
    const traffic = planTraffic(scenario, seed);
    const clients = scenario.connections;
    const workers = this.#surroundings.workers ?? Math.ceil(clients / CLIENTS_PER_WORKER);
    const common = {
      scenario,
      transport,
      seed,
      target: {
        host: server.origin.hostname.replace(/^\[|\]$/g, ''),
        port: Number(server.origin.port || 80),
      },
      channelPrefix: `wb-${randomBytes(4).toString('hex')}`,
    };
    if (traffic.publisherSources > 0) {
      this.#addChild('publisher', PUBLISHER, { ...common, clients: { from: 0, end: 0 } });
    }
    for (let worker = 0; worker < workers; worker += 1) {
      const from = Math.floor((clients * worker) / workers);
      const end = Math.floor((clients * (worker + 1)) / workers);
      if (end > from)
        this.#addChild(`generator worker ${worker}`, WORKER, { ...common, clients: { from, end } });
    }
  }

  #addChild(name: string, entry: URL, assignment: Assignment): void {
    const child = new Child(name, entry, (reason) => this.#trouble.abort(new Error(reason)));
    this.#children.push(child);
    if (child.pid !== null) this.#hold(child.pid);
    child.say({ kind: 'assign', assignment });
  }

  /** Waits until every child has reported a kind. */
  async #all<K extends Parameters<Child['hear']>[0]>(kind: K, withinMs: number) {
    const overdue = new AbortController();
    const timer = setTimeout(
      () => overdue.abort(new Overdue(`the generator was not ${kind} within ${withinMs} ms`)),
      withinMs,
    );
    const signal = AbortSignal.any([this.#trouble.signal, overdue.signal]);
    // Every child listens; from eleven on Node would warn of a leak.
    setMaxListeners(0, signal);
    try {
      return await Promise.all(this.#children.map((child) => child.hear(kind, signal)));
    } finally {
      clearTimeout(timer);
    }
  }

  async #until(us: number): Promise<void> {
    const { signal } = this.#trouble;
    await sleepMs(Math.max(0, (us - nowUs()) / 1e3), signal);
    signal.throwIfAborted();
  }
}

/** A report that did not come in time. */
class Overdue extends Error {}

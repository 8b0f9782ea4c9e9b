import { mergeMeasurements } from '../reports/results/merge.ts';
import type { Measurements, Outcome, Stage } from '../reports/results/schema.ts';
import { type TlsIdentity, verifies } from '../servers/contract.ts';
import { filledIn, headersOf, keepSecrets, withoutSecrets } from '../servers/secrets.ts';
import { nowUs, sleepMs } from './clock.ts';
import { CONTRACT } from './drivers/contract-dialect.ts';
import { dialectOf } from './drivers/dialect-of.ts';
import { readLimits } from './environment.ts';
import { assign } from './generator/assign.ts';
import type { PlannedTrial } from './plan.ts';
import { acceptedSoFar } from './processes/accepted.ts';
import type { Child } from './processes/child.ts';
import { Crew, Overdue } from './processes/crew.ts';
import type { Guard } from './processes/guard.ts';
import type { Assignment } from './processes/protocol.ts';
import { watchable, watchServers } from './processes/watch.ts';
import { reasonOf } from './reason.ts';
import { notOverTls, notServed, skipReason, unspoken } from './skip.ts';
import { type Staffing, staff } from './staffing.ts';
import { judge } from './validity.ts';
import type { Target } from './wire/target.ts';

/** What a trial needs of its run. */
export interface TrialSurroundings {
  /** Ends the trial early. */
  readonly signal: AbortSignal;
  readonly guard: Guard;
  /** Generator processes; `null` chooses. */
  readonly workers: number | null;
  readonly onStage: (stage: Stage) => void;
}

/** Between saying when something starts and its start, so that every process has heard it. */
const HEAD_START_US = 100_000;

/** How long processes may take to load, and to hand in what they measured. */
const PROCESS_WITHIN_MS = 15_000;

/** How long connecting may take, at the very least and for each client. */
const CONNECT_WITHIN_MS = 15_000;
const CONNECT_MS_PER_CLIENT = 5;

/** How much later than its clients the coordinator may learn that the server has ended. */
const SERVER_END_MS = 250;

const LINK = new URL('./link/link-main.js', import.meta.url);
const WORKER = new URL('./generator/worker-main.js', import.meta.url);
const PUBLISHER = new URL('./generator/publisher-main.js', import.meta.url);

/** Runs one trial, with fresh processes, and ends every one of them. Rejects only with the reason of `signal`. */
export async function runTrial(trial: PlannedTrial, surroundings: TrialSurroundings): Promise<Outcome> {
  const skipped = skipReason(trial);
  if (skipped !== null) return { status: 'skipped', reason: skipped };
  keepSecrets(headersOf(trial.server));
  const run = new TrialRun(trial, surroundings);
  try {
    return await run.measure();
  } catch (error) {
    if (surroundings.signal.aborted) throw surroundings.signal.reason;
    return { status: 'failed', stage: run.stage, reason: withoutSecrets(reasonOf(error)) };
  } finally {
    await run.end();
  }
}

/** A trial under way: its processes, and the stage that it is in. */
class TrialRun {
  stage: Stage = 'server';
  readonly #trial: PlannedTrial;
  readonly #surroundings: TrialSurroundings;
  readonly #crew: Crew;
  /** The processes that measure: publisher and workers. */
  readonly #generator: Child[] = [];
  #publisher: Child | null = null;
  readonly #links: Child[] = [];

  constructor(trial: PlannedTrial, surroundings: TrialSurroundings) {
    this.#trial = trial;
    this.#surroundings = surroundings;
    this.#crew = new Crew(surroundings.guard, surroundings.signal);
  }

  /** The stages, one after the other. */
  async measure(): Promise<Outcome> {
    const { scenario, transport, server: spec } = this.#trial;
    const { phases } = scenario;
    const { signal } = this.#crew;

    this.#enter('server');
    const dialect = await dialectOf(spec.adapter ?? null);
    const reason = unspoken(this.#trial, dialect);
    if (reason !== null) return { status: 'skipped', reason };
    const staffing = staff(this.#trial, readLimits(), this.#surroundings.workers);
    const identity = scenario.tls && 'command' in spec ? await newIdentity() : null;
    const servers = await this.#crew.startServers(spec, staffing.shards, identity);
    if (!servers.every(({ transports }) => transports.includes(transport))) {
      return { status: 'skipped', reason: notServed(spec.name, transport) };
    }
    if (scenario.tls && servers.some(({ origin }) => origin.protocol !== 'https:')) {
      return { status: 'skipped', reason: notOverTls(spec.name) };
    }

    this.#enter('generator');
    const targets = servers.map(({ origin }) =>
      targetOf(origin, identity?.certificate ?? null, verifies(spec)),
    );
    this.#startGenerator(staffing, targets, await this.#startLinks(targets));
    await this.#all('ready', PROCESS_WITHIN_MS);
    const watched = await watchable(servers.map(({ pid }) => pid));

    const accepting = () =>
      acceptedSoFar(targets, dialect.accepted ?? CONTRACT.accepted, filledIn(headersOf(spec)));
    const acceptedBefore = await accepting();

    this.#enter('connect');
    const connectUs = nowUs() + (scenario.connecting === 'at-once' ? HEAD_START_US : 0);
    for (const child of this.#generator) child.say({ kind: 'connect', atUs: connectUs });
    const connected = await this.#all(
      'connected',
      CONNECT_WITHIN_MS + CONNECT_MS_PER_CLIENT * scenario.connections,
    );
    const failures = connected.flatMap((report) => report.failures);
    const unconnected = connected
      .filter((_, index) => this.#generator[index] !== this.#publisher)
      .reduce((sum, report) => sum + report.failures.length, 0);
    if (unconnected >= scenario.connections) {
      // Had the server died, its last words would say more, and may come a moment later.
      await sleepMs(SERVER_END_MS, signal);
      signal.throwIfAborted();
      throw new Error(`no client could connect: ${failures[0]}`);
    }

    this.#enter('warmup');
    const startUs = Math.ceil(nowUs() + HEAD_START_US);
    for (const child of this.#generator) child.say({ kind: 'start', startUs });
    for (const link of this.#links) link.say({ kind: 'script', zeroUs: startUs + phases.warmupMs * 1e3 });
    await this.#until(startUs + phases.warmupMs * 1e3);

    this.#enter('measure');
    const endUs = startUs + (phases.warmupMs + phases.measureMs) * 1e3;
    const { servers: uses, stolenCpuShare } = await watchServers(watched, endUs, signal);

    this.#enter('drain');
    await this.#all('complete', phases.drainMs).catch((error: unknown) => {
      // What has not come by now is lost, which is a result.
      if (!(error instanceof Overdue)) throw error;
    });

    const accepted = await accepting();

    this.#enter('stop');
    for (const child of this.#generator) child.say({ kind: 'finish' });
    const parts = await this.#all('measurements', PROCESS_WITHIN_MS);
    signal.throwIfAborted();
    const merged = mergeMeasurements(parts.map((part) => part.measurements));
    const published = parts.reduce((sum, { connectionsBeside }) => sum + connectionsBeside, 0);
    const measurements: Measurements = {
      ...merged,
      connections: {
        ...merged.connections,
        // The second time it was asked, by one connection a shard, is among those that have come since.
        ...(accepted === null || acceptedBefore === null
          ? {}
          : { accepted: Math.max(0, accepted - acceptedBefore - targets.length - published) }),
      },
      processes: [...uses, ...merged.processes],
      stolenCpuShare,
    };
    return { status: 'completed', measurements, ...judge(this.#trial, measurements, failures) };
  }

  /** Ends all processes, whatever state they are in. */
  end(): Promise<void> {
    return this.#crew.end();
  }

  #enter(stage: Stage): void {
    this.stage = stage;
    this.#surroundings.onStage(stage);
  }

  /** Puts the scenario's link in front of each shard; returns where clients connect to. */
  async #startLinks(targets: readonly Target[]): Promise<readonly Target[]> {
    const { scenario, seed } = this.#trial;
    const { link } = scenario;
    if (link === null) return targets;
    const relays = targets.map(async (target) => {
      const child = this.#crew.start('link', LINK);
      this.#links.push(child);
      child.say({ kind: 'relay', link, target, seed });
      const { port } = await child.hear('listening', this.#crew.signal);
      return { ...target, host: '127.0.0.1', port };
    });
    return Promise.all(relays);
  }

  /** The publisher posts to the servers themselves; clients connect through the link, where there is one. */
  #startGenerator(
    staffing: Staffing,
    serverTargets: readonly Target[],
    clientTargets: readonly Target[],
  ): void {
    const { publisher, workers } = assign(this.#trial, staffing, serverTargets, clientTargets);
    if (publisher !== null) this.#publisher = this.#addChild('publisher', PUBLISHER, publisher);
    for (const [index, worker] of workers.entries())
      this.#addChild(`generator worker ${index}`, WORKER, worker);
  }

  #addChild(name: string, entry: URL, assignment: Assignment): Child {
    const child = this.#crew.start(name, entry);
    this.#generator.push(child);
    child.say({ kind: 'assign', assignment });
    return child;
  }

  /** Waits until publisher and workers have all reported a kind. */
  #all<K extends Parameters<Child['hear']>[0]>(kind: K, withinMs: number) {
    return this.#crew.all(this.#generator, kind, withinMs);
  }

  async #until(us: number): Promise<void> {
    const { signal } = this.#crew;
    await sleepMs(Math.max(0, (us - nowUs()) / 1e3), signal);
    signal.throwIfAborted();
  }
}

/** A self-signed identity. The library behind it takes long to load, and few runs need it. */
async function newIdentity(): Promise<TlsIdentity> {
  return await (await import('./identity.ts')).makeIdentity();
}

/**
 * Where an origin's server is; an IPv6 address stands in brackets there and nowhere else.
 *
 * @param authority who must have signed its certificate; `null` leaves that to the system.
 */
function targetOf(origin: URL, authority: string | null, verify: boolean): Target {
  const host = origin.hostname.replace(/^\[|\]$/g, '');
  if (origin.protocol === 'http:') return { host, port: Number(origin.port || 80), tls: null };
  return { host, port: Number(origin.port || 443), tls: { serverName: host, authority, verify } };
}

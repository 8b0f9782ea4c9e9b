import { SLICES } from '../../reports/results/histogram.ts';
import type { Measurements, ProcessUse } from '../../reports/results/schema.ts';
import { contentOf, FILLER } from '../../scenarios/content.ts';
import type { Dialect } from '../../servers/dialect.ts';
import { AdapterError } from '../../servers/guarded-dialect.ts';
import { keepSecrets, withoutSecrets } from '../../servers/secrets.ts';
import { nowUs } from '../clock.ts';
import { dialectOf } from '../drivers/dialect-of.ts';
import { Agenda } from '../pacing/agenda.ts';
import { ownRssBytes } from '../processes/os.ts';
import type { Assignment, Order, Report } from '../processes/protocol.ts';
import { STAMP_BYTES } from '../stamp.ts';
import { Window } from '../window.ts';
import { Ledger } from '../wire/ledger.ts';
import { SocketTotals } from '../wire/socket-totals.ts';
import { Recorder } from './recorder.ts';

/** What publisher and worker do each in their own way. */
export interface Part {
  readonly role: 'publisher' | 'worker';
  /**
   * Opens its connections; returns the reasons of those that it could not open.
   *
   * @param dueUs the instant at which it was to begin; it is not called before.
   */
  connect(dueUs: number): Promise<readonly string[]>;
  /** Begins to send, to poll, to record. */
  start(startUs: number): void;
  /** Whether everything that it was to send and to receive is done. */
  readonly complete: boolean;
  /** Ends all connections and books the rest of their bytes. */
  close(): Promise<void>;
  /** Whether messages come in answers. */
  readonly answers: boolean;
}

/** What a part is made of. */
export interface PartContext {
  readonly assignment: Assignment;
  /** How the server is spoken to. */
  readonly dialect: Dialect;
  readonly agenda: Agenda;
  readonly window: Window;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly totals: SocketTotals;
  /** To be called when `complete` may have become true. */
  readonly onProgress: () => void;
}

/** How often the process looks at its own memory and at how late its tasks run. */
const WATCH_EVERY_US = 20_000;

/** No interval is shorter than this. */
const SHORTEST_INTERVAL_MS = 100;

/**
 * The life of a process of the generator: it is assigned a part, connects, starts, and hands in
 * what it measured. It ends when the coordinator is gone.
 */
export function serveMember(makePart: (context: PartContext) => Part): void {
  let member: Member | null = null;
  const say = (report: Report) => {
    if (process.connected) process.send?.(cleaned(report));
  };
  const fail = (error: unknown) => {
    say({ kind: 'failed', reason: reasonOf(error) });
  };
  process.on('disconnect', () => process.exit(0));
  process.on('uncaughtException', fail);
  process.on('message', (order: Order) => {
    switch (order.kind) {
      case 'assign':
        keepSecrets(order.assignment.serverHeaders);
        dialectOf(order.assignment.adapter)
          .then((dialect) => {
            member = new Member(order.assignment, dialect, makePart, () => say({ kind: 'complete' }));
            say({ kind: 'ready' });
          })
          .catch(fail);
        return;
      case 'connect':
        member?.connect(order.atUs).then((failures) => say({ kind: 'connected', failures }), fail);
        return;
      case 'start':
        member?.start(order.startUs);
        return;
      case 'finish':
        member?.finish().then((handedIn) => say({ kind: 'measurements', ...handedIn }), fail);
        return;
    }
  });
}

/** Where in this program it happened is for who works on it; of an adapter's fault its message says all. */
function reasonOf(error: unknown): string {
  if (error instanceof AdapterError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What a server said may quote what it was sent, and secrets leave this process for the server alone. */
function cleaned(report: Report): Report {
  switch (report.kind) {
    case 'failed':
      return { ...report, reason: withoutSecrets(report.reason) };
    case 'connected':
      return { ...report, failures: report.failures.map(withoutSecrets) };
    case 'measurements': {
      const { measurements } = report;
      const faults = Object.entries(measurements.faults).map(([reason, count]) => [
        withoutSecrets(reason),
        count,
      ]);
      return { ...report, measurements: { ...measurements, faults: Object.fromEntries(faults) } };
    }
    default:
      return report;
  }
}

/** One process's share of one trial. */
class Member {
  readonly #context: PartContext;
  readonly #part: Part;
  readonly #say: () => void;
  readonly #rssBeforeBytes = ownRssBytes();
  #rssBytes = 0;
  #cpuAtStartUs = 0;
  #cpuUs = 0;
  #completed = false;

  constructor(
    assignment: Assignment,
    dialect: Dialect,
    makePart: (context: PartContext) => Part,
    sayComplete: () => void,
  ) {
    const { scenario, seed } = assignment;
    const { phases, workload } = scenario;
    const window = new Window(phases);
    const payloadBytes = workload.kind === 'idle' ? 0 : workload.payloadBytes;
    const content =
      workload.kind === 'idle' ? FILLER : contentOf(workload.content, seed, payloadBytes - STAMP_BYTES);
    const intervals = Math.max(1, Math.min(SLICES, Math.floor(phases.measureMs / SHORTEST_INTERVAL_MS)));
    this.#say = sayComplete;
    this.#context = {
      assignment,
      dialect,
      window,
      agenda: new Agenda(),
      recorder: new Recorder(window, payloadBytes, intervals, content),
      ledger: new Ledger(),
      totals: new SocketTotals(),
      onProgress: () => this.#progressed(),
    };
    this.#part = makePart(this.#context);
  }

  async connect(atUs: number): Promise<readonly string[]> {
    await new Promise((resolve) => this.#context.agenda.at(atUs, resolve));
    return this.#part.connect(atUs);
  }

  start(startUs: number): void {
    const { window, agenda } = this.#context;
    window.open(startUs);
    agenda.at(window.startUs, () => {
      this.#cpuAtStartUs = cpuUs();
      this.#rssBytes = ownRssBytes();
      agenda.at(window.startUs + WATCH_EVERY_US, this.#watch);
    });
    agenda.at(window.endUs, () => {
      this.#cpuUs = cpuUs() - this.#cpuAtStartUs;
      this.#progressed();
    });
    this.#part.start(startUs);
  }

  async finish(): Promise<{ measurements: Measurements; connectionsBeside: number }> {
    const { recorder, ledger, totals, agenda } = this.#context;
    await this.#part.close();
    await agenda.close();
    const { role, answers } = this.#part;
    const use: ProcessUse = {
      role,
      cpuUs: this.#cpuUs,
      rssBytes: this.#rssBytes,
      rssBeforeBytes: this.#rssBeforeBytes,
    };
    const clients = role === 'worker' ? { ledger, totals } : null;
    const connectionsBeside = clients === null ? totals.opened : 0;
    return { measurements: recorder.measurements({ clients, process: use, answers }), connectionsBeside };
  }

  readonly #watch = (atUs: number) => {
    const { window, agenda, recorder } = this.#context;
    if (atUs >= window.endUs) return;
    recorder.loopDelayed(nowUs() - atUs);
    this.#rssBytes = Math.max(this.#rssBytes, ownRssBytes());
    // From when it was due: a look that a stall has delayed must not take the place of those it has covered.
    agenda.at(atUs + WATCH_EVERY_US, this.#watch);
  };

  #progressed(): void {
    if (this.#completed || nowUs() < this.#context.window.endUs || !this.#part.complete) return;
    this.#completed = true;
    this.#say();
  }
}

/** User and system time of this process so far, all its threads. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

import type { Compression, Scenario, Tuning } from '../../scenarios/schema.ts';
import type { Transport } from '../../servers/contract.ts';
import type { Dialect } from '../../servers/dialect.ts';
import type { Message, Recorder } from '../generator/recorder.ts';
import type { Agenda } from '../pacing/agenda.ts';
import type { Window } from '../window.ts';
import type { Ledger } from '../wire/ledger.ts';
import type { HeaderFields } from '../wire/request-head.ts';
import type { SocketTotals } from '../wire/socket-totals.ts';
import type { Target } from '../wire/target.ts';

/** What all clients of a process share. */
export interface DriverContext {
  readonly target: Target;
  /** How the server is spoken to. */
  readonly dialect: Dialect;
  readonly tuning: Tuning;
  readonly workload: Scenario['workload'];
  /** What clients ask for, of what they receive. */
  readonly compression: Compression;
  /** How clients come back when their connection is lost; `null` where they do not. */
  readonly reconnect: Scenario['reconnect'];
  /** Seed of the trial. */
  readonly seed: number;
  /** Added to every request that receives: polls, streams, upgrades. */
  readonly headers: HeaderFields;
  /** Added to every POST. */
  readonly postHeaders: HeaderFields;
  readonly agenda: Agenda;
  readonly window: Window;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly totals: SocketTotals;
  /** Called when a client may have become idle. */
  readonly onProgress: () => void;
}

/** What one client is. */
export interface ClientPlan {
  /** Number among all clients of the trial. */
  readonly index: number;
  /** Name of the channel that it subscribes to. */
  readonly channel: string;
  /** Whether it sends messages of its own. */
  readonly sends: boolean;
  /** Where in its period it begins what it does periodically, in [0, 1). */
  readonly phase: number;
}

/** One client, whatever its transport: the verbs that a worker needs. */
export interface Client {
  /**
   * Connects and subscribes.
   *
   * @throws (rejects with) an Error that says why it could not.
   */
  open(): Promise<void>;
  /** Begins what it does by the clock; `startUs` is the start of the warm-up. */
  start(startUs: number): void;
  /** Sends a message by its own transport, now. */
  send(message: Message): void;
  /** Whether it waits neither for an answer that says whether the server has taken what was sent, nor to be back. */
  readonly idle: boolean;
  /** Ends all connections at once and books what is left of its bytes. */
  close(): void;
}

/** How one transport is driven. What a transport lacks is said here as data, not by stub methods. */
export interface Driver {
  readonly transport: Transport;
  /** A client that receives what is pushed to its channel. */
  readonly subscriber: (context: DriverContext, plan: ClientPlan) => Client;
  /** TCP connections that one subscriber needs: one more where it cannot send on the one that it receives on. */
  readonly connectionsPerSender: number;
  /** Whether messages come in answers, of which some may carry several and some none. */
  readonly answers: boolean;
  /** A client that exchanges requests and answers, or why the transport has no such thing. */
  readonly exchange:
    | { readonly client: (context: DriverContext, plan: ClientPlan) => Client }
    | { readonly missing: string };
}

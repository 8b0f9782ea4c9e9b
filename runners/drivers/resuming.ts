import { nowUs } from '../clock.ts';
import type { Over } from '../wire/protocol-error.ts';
import type { ClientPlan, DriverContext } from './driver.ts';
import { Opening } from './opening.ts';
import { Outage } from './outage.ts';

/** How one connection of a stream begins. */
export interface Beginning {
  /** The cursor that it resumes behind; `null` for a client's first, which begins at the channel's end. */
  readonly after: string | null;
  /** Whether its handshake is shown: a client's first is, whenever it was opened. */
  readonly counts: boolean;
}

/** What one connection of a stream tells. */
export interface StreamEvents {
  /** A TCP connection is there. */
  onConnect(): void;
  /** The server has subscribed it. */
  onSubscribed(): void;
  /** A message has been delivered and booked, where that is of interest. */
  onDelivered?(): void;
  /** It is over, and its owner has not ended it. Told once. */
  onOver(over: Over): void;
}

/** One connection of a stream, with decoders of its own: what was half read is of no other. */
export interface StreamConnection {
  /** What to resume behind: the cursor after the last frame that it brought whole. */
  readonly cursor: string;
  connect(): void;
  /** Ends it at once and books what is left of its bytes; nothing is told any more. */
  close(): void;
}

/** Makes a connection that is not connected yet. One function for all clients: they may be 100,000. */
export type MakeConnection<Connection extends StreamConnection> = (
  context: DriverContext,
  plan: ClientPlan,
  beginning: Beginning,
  events: StreamEvents,
) => Connection;

/**
 * A subscription that outlives its connections: what event streams and WebSockets have in common.
 * A client whose connection is lost once it was subscribed connects again, if the scenario has
 * clients come back, and resumes by its cursor. What the server answers wrongly is a fault, and
 * an attempt that failed like any other.
 */
export class ResumingStream<Connection extends StreamConnection> implements StreamEvents {
  readonly #context: DriverContext;
  readonly #plan: ClientPlan;
  readonly #make: MakeConnection<Connection>;
  readonly #onBack: () => void;
  readonly #opening = new Opening();
  readonly #outage: Outage;
  #connection: Connection | null = null;
  #subscribed = false;
  /** Of the connection that there is: whether it is not the first, and whether it is shown. */
  #resumes = false;
  #counts = true;

  /**
   * @param onBack called when the client is subscribed again.
   */
  constructor(
    context: DriverContext,
    plan: ClientPlan,
    make: MakeConnection<Connection>,
    onBack: () => void = () => {},
  ) {
    this.#context = context;
    this.#plan = plan;
    this.#make = make;
    this.#onBack = onBack;
    this.#outage = new Outage(context, plan);
  }

  /** The connection that is subscribed now. */
  get live(): Connection | null {
    return this.#subscribed ? this.#connection : null;
  }

  /** Whether it has no outage to come back from. */
  get idle(): boolean {
    return !this.#outage.underWay;
  }

  /** Resolves when the server has subscribed it; rejects with the reason if the first connection fails. */
  open(): Promise<void> {
    return this.#opening.begin(() => this.#connect(null));
  }

  /** Ends it, in whatever state it is. */
  close(): void {
    this.#opening.fail('the client was closed before it was subscribed');
    this.#connection?.close();
    this.#subscribed = false;
    this.#outage.close();
  }

  onConnect(): void {
    if (this.#resumes && this.#counts) this.#context.recorder.connections.reopened += 1;
  }

  onSubscribed(): void {
    this.#subscribed = true;
    this.#opening.succeed();
    this.#outage.end();
    if (this.#resumes) this.#onBack();
  }

  onOver(over: Over): void {
    const cursor = this.#connection?.cursor ?? null;
    this.#subscribed = false;
    if (this.#opening.pending) {
      this.#opening.fail(over.reason);
      return;
    }
    this.#context.recorder.over(over);
    if (this.#context.reconnect === null) return;
    this.#outage.begin();
    this.#outage.retry(() => this.#connect(cursor));
  }

  #connect(after: string | null): void {
    const { window } = this.#context;
    this.#resumes = after !== null;
    this.#counts = after === null || window.contains(nowUs());
    const beginning = { after, counts: this.#counts };
    this.#connection = this.#make(this.#context, this.#plan, beginning, this);
    this.#connection.connect();
  }
}

import { nowUs } from '../clock.ts';
import { HttpConnection } from '../wire/http-connection.ts';
import type { Answer } from '../wire/http-link.ts';
import { Tally } from '../wire/ledger.ts';
import { decodeGoneBody, decodePollBody } from '../wire/poll-body.ts';
import { type Over, ProtocolError } from '../wire/protocol-error.ts';
import { connectionFields, RequestHead } from '../wire/request-head.ts';
import { hostHeader } from '../wire/socket.ts';
import type { ClientPlan, DriverContext } from './driver.ts';
import { GONE } from './gone.ts';
import { Opening } from './opening.ts';
import { Outage } from './outage.ts';

/** How polls and long-polls differ. */
export interface PollStyle {
  /**
   * Path and query of the poll behind a cursor; without one, of the poll that asks for the current
   * end. `returning`: the client has lost its connection, and its answer is to say that it is back.
   */
  readonly path: (cursor: number | null, returning: boolean) => string;
  readonly reuse: boolean;
  /** A poll has been answered well, or has failed with nothing to show; the next one may be made. */
  readonly onDone: (answered: boolean) => void;
}

/**
 * A cursor and the connection it is asked with: what polling and long-polling have in common.
 * They differ only in when the next poll is made. Where clients come back, a connection that ends
 * begins an outage, whether a poll was under way or not, and a good answer ends it.
 */
export class PolledChannel {
  readonly #context: DriverContext;
  readonly #plan: ClientPlan;
  readonly #style: PollStyle;
  readonly #tally: Tally;
  readonly #connection: HttpConnection;
  readonly #head: RequestHead;
  #cursor: number | null = null;
  #beganInWindow = false;
  #openings = 0;
  readonly #opening = new Opening();
  readonly #outage: Outage;

  constructor(context: DriverContext, plan: ClientPlan, style: PollStyle) {
    this.#context = context;
    this.#plan = plan;
    this.#style = style;
    this.#tally = new Tally(context.ledger);
    this.#outage = new Outage(context, plan);
    // Where clients come back, they do so as the scenario says and not at once.
    const use = { reuse: style.reuse, repeats: context.reconnect === null };
    const own = connectionFields(style.reuse);
    this.#head = new RequestHead(hostHeader(context.target), own, context.headers);
    this.#connection = new HttpConnection(context.target, context.totals, this.#tally, use, {
      onOpen: () => {
        this.#openings += 1;
        if (this.#openings > 1 && this.#beganInWindow) context.recorder.connections.reopened += 1;
      },
      onAnswer: (answer) => this.#answered(answer),
      onFailure: (over) => this.#failed(over),
      onIdleEnd: () => this.#outage.begin(),
    });
  }

  /** Whether a poll is under way. */
  get busy(): boolean {
    return this.#connection.busy;
  }

  /** Whether it has no outage to come back from. */
  get idle(): boolean {
    return !this.#outage.underWay;
  }

  /** Asks for the current end of the channel: from then on nothing is missed. */
  open(): Promise<void> {
    return this.#opening.begin(() => this.poll());
  }

  /** Asks for what is behind the cursor. */
  poll(): void {
    this.#beganInWindow = this.#context.window.contains(nowUs());
    const path = this.#style.path(this.#cursor, this.#outage.underWay);
    this.#connection.request(this.#head.of('GET', path));
  }

  /** Polls after the wait that is due when a poll has failed. */
  retry(): void {
    this.#outage.retry(() => this.poll());
  }

  /** Ends the connection; an unanswered poll stays in the account of the phase in which it began. */
  close(): void {
    this.#connection.close();
    this.#tally.settle(this.#beganInWindow);
    this.#outage.close();
  }

  #answered(answer: Answer): void {
    const { recorder } = this.#context;
    const bodyBytes = answer.end - answer.start;
    let payload = 0;
    let frames = 0;
    let inWindow = this.#beganInWindow;
    let fault = answer.status === 200 ? null : `a poll was answered with ${answer.status}`;
    try {
      if (answer.status === 200) {
        this.#cursor = decodePollBody(answer.body, answer.start, answer.end, (bytes, start, end) => {
          payload += end - start;
          frames += 1;
          if (recorder.delivered(this.#plan.index, bytes, start, end, answer.receivedUs)) inWindow = true;
        });
      } else if (answer.status === GONE) {
        // What the server has let go is lost; what it still has is not.
        this.#cursor = decodeGoneBody(answer.body, answer.start, answer.end);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      fault = error.message;
    }
    // A frame that JSON made longer is payload at its own length and framing for the rest.
    this.#tally.down('payload', payload);
    this.#tally.down('framing', bodyBytes - payload);
    this.#tally.settle(inWindow);
    if (inWindow) {
      recorder.requests.total += 1;
      if (frames === 0) recorder.requests.empty += 1;
      else recorder.requests.carrying += 1;
    }
    if (this.#opening.pending) {
      if (fault === null) this.#opening.succeed();
      else this.#opening.fail(fault);
      return;
    }
    if (fault === null) this.#outage.end();
    else recorder.fault(fault);
    this.#style.onDone(fault === null);
  }

  #failed(over: Over): void {
    this.#tally.settle(this.#beganInWindow);
    if (this.#opening.pending) {
      this.#opening.fail(over.reason);
      return;
    }
    this.#outage.begin();
    this.#context.recorder.over(over);
    this.#style.onDone(false);
  }
}

import { nowUs } from '../clock.ts';
import { type Answer, HttpConnection } from '../wire/http-connection.ts';
import { Tally } from '../wire/ledger.ts';
import { decodeGoneBody, decodePollBody } from '../wire/poll-body.ts';
import { ProtocolError } from '../wire/protocol-error.ts';
import { connectionFields, RequestHead } from '../wire/request-head.ts';
import { hostHeader } from '../wire/socket.ts';
import type { ClientPlan, DriverContext } from './driver.ts';
import { Opening } from './opening.ts';

/** How polls and long-polls differ. */
export interface PollStyle {
  /** Path and query of the poll behind a cursor; without one, of the poll that asks for the current end. */
  readonly path: (cursor: number | null) => string;
  readonly reuse: boolean;
  /** A poll has been answered well, or has failed with nothing to show; the next one may be made. */
  readonly onDone: (answered: boolean) => void;
}

/** RFC 9110 §15.5.11: the cursor asked with is older than the log. */
const GONE = 410;

/**
 * A cursor and the connection it is asked with: what polling and long-polling have in common.
 * They differ only in when the next poll is made.
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

  constructor(context: DriverContext, plan: ClientPlan, style: PollStyle) {
    this.#context = context;
    this.#plan = plan;
    this.#style = style;
    this.#tally = new Tally(context.ledger);
    const own = connectionFields(style.reuse);
    this.#head = new RequestHead(hostHeader(context.target), own, context.headers);
    this.#connection = new HttpConnection(context.target, context.totals, this.#tally, style.reuse, {
      onOpen: () => {
        this.#openings += 1;
        if (this.#openings > 1 && this.#beganInWindow) context.recorder.connections.reopened += 1;
      },
      onAnswer: (answer) => this.#answered(answer),
      onFailure: (reason) => this.#failed(reason),
    });
  }

  /** Whether a poll is under way. */
  get busy(): boolean {
    return this.#connection.busy;
  }

  /** Asks for the current end of the channel: from then on nothing is missed. */
  open(): Promise<void> {
    return this.#opening.begin(() => this.poll());
  }

  /** Asks for what is behind the cursor. */
  poll(): void {
    this.#beganInWindow = this.#context.window.contains(nowUs());
    this.#connection.request(this.#head.of('GET', this.#style.path(this.#cursor)));
  }

  /** Ends the connection; an unanswered poll stays in the account of the phase in which it began. */
  close(): void {
    this.#connection.close();
    this.#tally.settle(this.#beganInWindow);
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
    if (fault !== null) recorder.fault(fault);
    this.#style.onDone(fault === null);
  }

  #failed(reason: string): void {
    this.#tally.settle(this.#beganInWindow);
    if (this.#opening.pending) {
      this.#opening.fail(reason);
      return;
    }
    this.#context.recorder.fault(reason);
    this.#style.onDone(false);
  }
}

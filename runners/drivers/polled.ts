import type { PollDialect } from '../../servers/dialect.ts';
import { nowUs } from '../clock.ts';
import { gunzipped, isGzip } from '../wire/content-coding.ts';
import { type ConnectionEvents, HttpConnection } from '../wire/http-connection.ts';
import { type Answer, MAX_BODY_BYTES } from '../wire/http-link.ts';
import { Tally } from '../wire/ledger.ts';
import { shareOf } from '../wire/proportion.ts';
import { type Over, ProtocolError } from '../wire/protocol-error.ts';
import { fieldLine, fieldLines } from '../wire/request-head.ts';
import type { ClientPlan, DriverContext } from './driver.ts';
import { Envelope } from './envelope.ts';
import { GONE } from './gone.ts';
import { Opening } from './opening.ts';
import { Outage } from './outage.ts';
import type { Pollable, Polls } from './poll-style.ts';

/**
 * A cursor and the connection it is asked with: what polling and long-polling have in common.
 * They differ only in when the next poll is made. Where clients come back, a connection that ends
 * begins an outage, whether a poll was under way or not, and a good answer ends it.
 */
export class PolledChannel implements ConnectionEvents, Pollable {
  readonly #context: DriverContext;
  readonly #plan: ClientPlan;
  readonly #tally: Tally;
  readonly #connection: HttpConnection;
  readonly #polls: Polls;
  readonly #envelope: Envelope;
  #state: unknown = null;
  #beganInWindow = false;
  #openings = 0;
  #overdue = false;
  #closed = false;
  readonly #opening = new Opening();
  readonly #outage: Outage;

  constructor(context: DriverContext, plan: ClientPlan, polls: Polls) {
    this.#context = context;
    this.#plan = plan;
    this.#tally = new Tally(context.ledger);
    this.#envelope = new Envelope(context.recorder, plan.index);
    this.#outage = new Outage(context, plan);
    this.#polls = polls;
    const { target, totals } = context;
    this.#connection = new HttpConnection(target, totals, this.#tally, polls.use, this);
  }

  onOpen(): void {
    this.#openings += 1;
    if (this.#openings > 1 && this.#beganInWindow) this.#context.recorder.connections.reopened += 1;
  }

  onIdleEnd(): void {
    this.#outage.begin();
  }

  /** Whether a poll is under way. */
  get busy(): boolean {
    return this.#connection.busy;
  }

  /** Whether it has no outage to come back from. */
  get idle(): boolean {
    return !this.#outage.underWay;
  }

  /** Subscribes, as the first poll does: from then on nothing is missed. */
  open(): Promise<void> {
    return this.#opening.begin(() => this.poll());
  }

  /** Asks for what is new; no more once it is closed. */
  poll(): void {
    if (this.#closed) return;
    const { dialect, holdMs } = this.#polls;
    const state = this.#state;
    const waitMs = this.#outage.underWay ? 0 : holdMs;
    this.#beganInWindow = this.#context.window.contains(nowUs());
    if (dialect.fields !== undefined || dialect.body !== undefined) {
      this.#pollWith(dialect, state, waitMs);
      return;
    }
    this.#connection.request(this.#polls.headFor(this.#plan.channel, state, waitMs));
  }

  /** Asks for what is new, or {@link catchUp}s later if a poll is under way. */
  pollInTurn(): void {
    if (this.busy) this.#overdue = true;
    else this.poll();
  }

  /** Makes the poll that has become due while the one before was under way. */
  catchUp(): void {
    if (!this.#overdue) return;
    this.#overdue = false;
    this.poll();
  }

  /** A poll with fields or a body of its own. */
  #pollWith(dialect: PollDialect, state: unknown, waitMs: number): void {
    const { channel } = this.#plan;
    const path = dialect.path(channel, state, waitMs);
    const fields = dialect.fields === undefined ? '' : fieldLines(dialect.fields(state));
    const text = dialect.body?.(state, channel) ?? null;
    if (text === null) {
      this.#connection.request(this.#polls.head.of('GET', path, fields));
      return;
    }
    const body = Buffer.from(text);
    const head = this.#polls.head.of('POST', path, fields + fieldLine('Content-Length', body.length));
    this.#connection.request(head, body, 0);
  }

  /** Polls after the wait that is due when a poll has failed. */
  retry(): void {
    this.#outage.retry(() => this.poll());
  }

  /** Ends the connection; an unanswered poll stays in the account of the phase in which it began. */
  close(): void {
    this.#closed = true;
    this.#connection.close();
    this.#tally.settle(this.#beganInWindow);
    this.#outage.close();
  }

  onAnswer(answer: Answer): void {
    const { recorder } = this.#context;
    const { dialect, takesCodings } = this.#polls;
    const envelope = this.#envelope;
    const bodyBytes = answer.end - answer.start;
    const accepted =
      dialect.accepts === undefined ? answer.status === 200 : dialect.accepts.includes(answer.status);
    let fault = accepted ? null : `a poll was answered with ${answer.status}`;
    let again = false;
    // What it is when it is not compressed any more.
    let reply = answer;
    envelope.begin(answer.receivedUs, this.#beganInWindow);
    try {
      if (takesCodings && bodyBytes > 0 && isGzip(answer.headers)) {
        reply = gunzipped(answer, MAX_BODY_BYTES);
        envelope.isCompressed = true;
      }
      if (accepted) {
        this.#state = dialect.read(reply, this.#state, envelope, this.#plan.channel);
        again = dialect.again?.(this.#state) ?? false;
      } else if (answer.status === GONE && dialect.gone !== undefined) {
        // What the server has let go is lost; what it still has is not.
        this.#state = dialect.gone(reply.body, reply.start, reply.end);
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      fault = error.message;
    }
    // A frame that JSON made longer is payload at its own length and framing for the rest.
    const plainBytes = reply.end - reply.start;
    const payload = shareOf(bodyBytes, envelope.payloadOf(plainBytes), plainBytes);
    this.#tally.down('payload', payload);
    this.#tally.down('framing', bodyBytes - payload);
    this.#tally.settle(envelope.inWindow);
    if (envelope.inWindow) {
      recorder.requests.total += 1;
      if (envelope.frames === 0) recorder.requests.empty += 1;
      else recorder.requests.carrying += 1;
    }
    if (again) {
      this.poll();
      return;
    }
    if (this.#opening.pending) {
      if (fault === null) {
        this.#opening.succeed();
        // Behind the end of that wait, of which the next poll is no part.
        setImmediate(() => {
          if (!this.busy) this.#polls.onDone(this, true);
        });
      } else this.#opening.fail(fault);
      return;
    }
    if (fault === null) this.#outage.end();
    else recorder.fault(fault);
    this.#polls.onDone(this, fault === null);
  }

  onFailure(over: Over): void {
    this.#tally.settle(this.#beganInWindow);
    if (this.#opening.pending) {
      this.#opening.fail(over.reason);
      return;
    }
    this.#outage.begin();
    this.#context.recorder.over(over);
    this.#polls.onDone(this, false);
  }
}

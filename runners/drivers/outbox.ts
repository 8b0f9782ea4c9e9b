import type { PublishDialect } from '../../servers/dialect.ts';
import { nowUs } from '../clock.ts';
import type { Message, Recorder } from '../generator/recorder.ts';
import type { Window } from '../window.ts';
import { HttpConnection } from '../wire/http-connection.ts';
import type { Answer } from '../wire/http-link.ts';
import { type Ledger, Tally } from '../wire/ledger.ts';
import type { Over } from '../wire/protocol-error.ts';
import { connectionFields, fieldLine, type HeaderFields, RequestHead } from '../wire/request-head.ts';
import type { SocketTotals } from '../wire/socket-totals.ts';
import { hostHeader, type Target } from '../wire/target.ts';
import { Opening } from './opening.ts';

/** What an outbox needs of its process. */
export interface OutboxContext {
  readonly target: Target;
  /** Added to every post. */
  readonly headers: HeaderFields;
  readonly window: Window;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  readonly totals: SocketTotals;
}

/** Where an outbox posts to, and what it makes of an answer. */
export interface Post {
  readonly publish: PublishDialect;
  /** Name of a message's channel. */
  readonly channelOf: (message: Message) => string;
  /** Whether the connection serves the next message too. */
  readonly reuse: boolean;
  /** Called with a successful answer; returns how many bytes of its body are payload. */
  readonly onAnswer: (answer: Answer) => number;
  /** Called when everything that was handed over is answered. */
  readonly onIdle: () => void;
}

/**
 * Messages posted over one connection, one after the other and in order. What is due while one
 * is under way waits its turn: it is late, and its lateness is on record; nothing is dropped.
 * (RFC 9112 §9.3.2 forbids to pipeline behind a POST.)
 */
export class Outbox {
  readonly #context: OutboxContext;
  readonly #post: Post;
  readonly #connection: HttpConnection;
  readonly #tally: Tally;
  readonly #waiting: Message[] = [];
  readonly #head: RequestHead;
  #underWay: Message | null = null;
  #inWindow = false;
  readonly #opening = new Opening();
  #openings = 0;

  constructor(context: OutboxContext, post: Post) {
    this.#context = context;
    this.#post = post;
    this.#tally = new Tally(context.ledger);
    const own = { ...connectionFields(post.reuse), ...post.publish.fields };
    this.#head = new RequestHead(hostHeader(context.target), own, context.headers);
    const use = { reuse: post.reuse, repeats: false };
    this.#connection = new HttpConnection(context.target, context.totals, this.#tally, use, {
      onOpen: () => this.#opened(),
      onAnswer: (answer) => this.#answered(answer),
      onFailure: (over) => this.#failed(over),
      onIdleEnd: () => {},
    });
  }

  /** Whether everything that was handed over is answered. */
  get idle(): boolean {
    return this.#underWay === null;
  }

  /** Opens the connection. Rejects with the reason if that fails. */
  open(): Promise<void> {
    return this.#opening.begin(() => this.#connection.connect());
  }

  /** Posts a message, at once if none is under way. */
  send(message: Message): void {
    if (this.#underWay === null) this.#write(message);
    else this.#waiting.push(message);
  }

  /** Ends the connection; what was not answered counts as unsent. */
  close(): void {
    const { recorder } = this.#context;
    if (this.#underWay !== null) recorder.unsent(this.#underWay);
    for (const message of this.#waiting) recorder.neverSent(message);
    this.#underWay = null;
    this.#waiting.length = 0;
    this.#connection.close();
    this.#tally.settle(this.#inWindow);
  }

  #write(message: Message): void {
    const { window, recorder } = this.#context;
    const { publish } = this.#post;
    const channel = this.#post.channelOf(message);
    // A server's own envelope is put around a frame that is stamped; without one, the stamp is the last that is done.
    const carried = publish.carry?.(recorder.frame(message), channel);
    const body = carried ?? recorder.sent.unstamped(message);
    this.#underWay = message;
    this.#inWindow = window.contains(message.dueUs) || window.contains(nowUs());
    const length = fieldLine('Content-Length', body.length);
    const head = this.#head.of(publish.method ?? 'POST', publish.path(channel), length);
    const payloadBytes = Math.min(recorder.sent.payloadBytes, body.length);
    this.#connection.request(head, body, payloadBytes, (bytes, start) => {
      if (carried === undefined) recorder.sent.stamp(bytes, start, message);
    });
  }

  #opened(): void {
    this.#openings += 1;
    if (this.#openings > 1 && this.#inWindow) this.#context.recorder.connections.reopened += 1;
    this.#opening.succeed();
  }

  #answered(answer: Answer): void {
    const message = this.#underWay;
    if (message === null) return;
    const { recorder } = this.#context;
    const { accepts, method = 'POST', path } = this.#post.publish;
    const { status } = answer;
    const ok = accepts === undefined ? status >= 200 && status < 300 : accepts.includes(status);
    const payload = ok ? this.#post.onAnswer(answer) : 0;
    this.#tally.down('payload', payload);
    this.#tally.down('framing', answer.end - answer.start - payload);
    this.#tally.settle(this.#inWindow);
    if (this.#inWindow) recorder.requests.total += 1;
    if (!ok) {
      recorder.unsent(message);
      const [route] = path(this.#post.channelOf(message)).split('?');
      recorder.fault(`${method} ${route} was answered with ${status}`);
    }
    this.#next();
  }

  #failed(over: Over): void {
    this.#opening.fail(over.reason);
    if (this.#underWay === null) return;
    this.#context.recorder.unsent(this.#underWay);
    this.#context.recorder.over(over);
    this.#tally.settle(this.#inWindow);
    this.#next();
  }

  #next(): void {
    this.#underWay = null;
    const next = this.#waiting.shift();
    if (next === undefined) this.#post.onIdle();
    else this.#write(next);
  }
}

import type { GoneAnswer } from '../contract.ts';
import type { Reading } from './log.ts';

/** An answer that refuses a request; thrown by handlers, sent by the router. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;

  /** @param reason the body, for people. */
  constructor(status: number, reason: string, headers: Readonly<Record<string, string>> = {}) {
    super(reason);
    this.name = 'Refusal';
    this.status = status;
    this.body = reason;
    this.headers = { 'Content-Type': 'text/plain; charset=utf-8', ...headers };
  }
}

/** The 410 of a cursor that the log does not answer (any more). */
export function gone({ next, oldest }: Extract<Reading, { kind: 'gone' }>): Refusal {
  const answer: GoneAnswer = { next, oldest };
  return new Refusal(410, JSON.stringify(answer), { 'Content-Type': 'application/json' });
}

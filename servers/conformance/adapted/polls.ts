import type { PollDialect, Told } from '../../dialect.ts';
import { described } from '../client/http.ts';
import { Inbox } from '../client/inbox.ts';
import { AT_ONCE_MS, quoted } from '../client/limits.ts';
import { Broken } from '../verdict.ts';
import { notUnderstood } from './not-understood.ts';
import type { Subscriber, Subscription } from './subscriber.ts';

/** How long a long poll may be held: longer than any rule waits. */
const HOLD_MS = 8_000;

/** Asks on while the dialect says so, so that a subscription is complete and what is queued has come. */
class Asking {
  readonly #dialect: PollDialect;
  readonly #at: Subscription;
  readonly #deliver: (frame: string) => void;
  state: unknown;

  constructor(dialect: PollDialect, at: Subscription, deliver: (frame: string) => void) {
    this.#dialect = dialect;
    this.#at = at;
    this.#deliver = deliver;
    this.state = at.mark;
  }

  /** @throws Broken */
  async ask(waitMs: number): Promise<void> {
    do await this.#once(waitMs);
    while (this.#dialect.again?.(this.state) ?? false);
  }

  async #once(waitMs: number): Promise<void> {
    const { channel, http } = this.#at;
    const dialect = this.#dialect;
    const body = dialect.body?.(this.state, channel) ?? null;
    const target = dialect.path(channel, this.state, waitMs);
    const answer = await http.request(body === null ? 'GET' : 'POST', target, {
      headers: dialect.fields?.(this.state) ?? {},
      withinMs: waitMs + AT_ONCE_MS,
      ...(body === null ? {} : { body }),
    });
    const { status, headers } = answer;
    if (!(dialect.accepts ?? [200]).includes(status)) {
      throw new Broken('a poll must be answered as the adapter says', [described(answer)]);
    }
    const told: Told = { frame: (bytes, start, end) => this.#deliver(bytes.toString('utf8', start, end)) };
    const get = (name: string) => headers[name]?.toString();
    const reply = { status, headers: { get }, body: answer.body, start: 0, end: answer.body.length };
    try {
      this.state = dialect.read(reply, this.state, told, channel);
    } catch (error) {
      throw new Broken(notUnderstood(error), [quoted(answer.body.toString())]);
    }
  }
}

/** Polls whenever somebody wants to know: nothing now is nothing ever. */
export async function openPolls(dialect: PollDialect, at: Subscription): Promise<Subscriber> {
  const frames: string[] = [];
  const asking = new Asking(dialect, at, (frame) => frames.push(frame));
  if (at.mark === null) await asking.ask(0);
  const ask = async () => {
    await asking.ask(0);
    return frames.splice(0);
  };
  return {
    async take(count) {
      const taken = frames.splice(0);
      while (taken.length < count) {
        const more = await ask();
        if (more.length === 0) break;
        taken.push(...more);
      }
      return taken;
    },
    surplus: ask,
    mark: () => asking.state,
    destroy() {},
  };
}

/** Always has a poll under way, as a client does. */
export async function openLongPolls(dialect: PollDialect, at: Subscription): Promise<Subscriber> {
  const inbox = new Inbox();
  let problem: unknown = null;
  let over = false;
  const asking = new Asking(dialect, at, (frame) => {
    if (!over) inbox.push(frame);
  });
  if (at.mark === null) await asking.ask(0);
  const askOn = async () => {
    while (!over) await asking.ask(HOLD_MS);
  };
  askOn().catch((error: unknown) => {
    problem = error;
  });
  const unless = async (frames: Promise<string[]>) => {
    const taken = await frames;
    if (problem !== null) throw problem;
    return taken;
  };
  return {
    take: (count) => unless(inbox.take(count, AT_ONCE_MS)),
    surplus: () => unless(inbox.surplus()),
    mark: () => asking.state,
    destroy() {
      over = true;
    },
  };
}

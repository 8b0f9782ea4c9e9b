import type { Message } from '../generator/recorder.ts';
import type { Client, ClientPlan, DriverContext } from './driver.ts';
import { Outbox } from './outbox.ts';
import { spoken } from './spoken.ts';

/** What a client receives by: a stream, or a channel that is polled. */
interface Receiver {
  open(): Promise<void>;
  /** Whether it has no outage to come back from. */
  readonly idle: boolean;
  close(): void;
}

/**
 * A client that receives on one connection and, where it sends, posts on another: what polling,
 * long-polling and event streams have in common. The posts do not wait for the other connection:
 * one that is under way when its own is lost is unsent, since it may have been taken (RFC 9110
 * §9.2.2: a POST is not repeated), and the next one opens another.
 *
 * @param start what it does by the clock; see {@link Client.start}.
 */
export function postingBeside(
  context: DriverContext,
  plan: ClientPlan,
  receiver: Receiver,
  start: Client['start'] = NOTHING_BY_THE_CLOCK,
): Client {
  return new PostingClient(receiver, plan.sends ? outboxOf(context, plan) : null, start);
}

const NOTHING_BY_THE_CLOCK = () => {};

function outboxOf(context: DriverContext, plan: ClientPlan): Outbox {
  const posting = { ...context, headers: context.postHeaders };
  return new Outbox(posting, {
    publish: context.dialect.publish,
    channelOf: () => plan.channel,
    reuse: true,
    onAnswer: () => 0,
    onIdle: context.onProgress,
  });
}

class PostingClient implements Client {
  readonly start: Client['start'];
  readonly #receiver: Receiver;
  readonly #outbox: Outbox | null;

  constructor(receiver: Receiver, outbox: Outbox | null, start: Client['start']) {
    this.start = start;
    this.#receiver = receiver;
    this.#outbox = outbox;
  }

  async open(): Promise<void> {
    await this.#receiver.open();
    await this.#outbox?.open();
  }

  send(message: Message): void {
    this.#outbox?.send(message);
  }

  get idle(): boolean {
    return this.#receiver.idle && (this.#outbox?.idle ?? true);
  }

  close(): void {
    this.#receiver.close();
    this.#outbox?.close();
  }
}

/** Plain HTTP requests and their answers: what every transport but WebSocket would use for them. */
export function exchangeByPost(context: DriverContext, plan: ClientPlan): Client {
  const { workload, recorder } = context;
  const { post } = spoken(context.dialect, 'echo');
  if (post === undefined) throw new Error("the server's dialect has no request that comes back");
  const outbox = new Outbox(
    { ...context, headers: context.postHeaders },
    {
      publish: { path: () => post },
      channelOf: () => plan.channel,
      reuse: workload.kind !== 'request' || workload.reuse === 'connection',
      onAnswer: ({ body, start, end, receivedUs }) => {
        recorder.delivered(plan.index, body, start, end, receivedUs);
        return end - start;
      },
      onIdle: context.onProgress,
    },
  );
  return {
    open: () => outbox.open(),
    start() {},
    send: (message) => outbox.send(message),
    get idle() {
      return outbox.idle;
    },
    close: () => outbox.close(),
  };
}

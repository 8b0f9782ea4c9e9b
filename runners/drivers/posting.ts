import { ROUTES } from '../../servers/contract.ts';
import type { Client, ClientPlan, DriverContext } from './driver.ts';
import { Outbox } from './outbox.ts';

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
  start: Client['start'],
): Client {
  const path = `${ROUTES.publish}?channel=${plan.channel}`;
  const post = { path: () => path, reuse: true, onAnswer: () => 0, onIdle: context.onProgress };
  const outbox = plan.sends ? new Outbox(context, post) : null;
  return {
    async open() {
      await receiver.open();
      await outbox?.open();
    },
    start,
    send: (message) => outbox?.send(message),
    get idle() {
      return receiver.idle && (outbox?.idle ?? true);
    },
    close() {
      receiver.close();
      outbox?.close();
    },
  };
}

/** Plain HTTP requests and their answers: what every transport but WebSocket would use for them. */
export function exchangeByPost(context: DriverContext, plan: ClientPlan): Client {
  const { workload, recorder } = context;
  const outbox = new Outbox(context, {
    path: () => ROUTES.echo,
    reuse: workload.kind !== 'request' || workload.reuse === 'connection',
    onAnswer: ({ body, start, end, receivedUs }) => {
      recorder.delivered(plan.index, body, start, end, receivedUs);
      return end - start;
    },
    onIdle: context.onProgress,
  });
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

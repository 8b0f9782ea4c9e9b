import { ROUTES } from '../../servers/contract.ts';
import type { Client, ClientPlan, DriverContext } from './driver.ts';
import { Outbox } from './outbox.ts';

/** A client's own messages, posted to its channel beside the connection on which it receives. */
export function publishByPost(context: DriverContext, channel: string): Outbox {
  const path = `${ROUTES.publish}?channel=${channel}`;
  return new Outbox(context, {
    path: () => path,
    reuse: true,
    onAnswer: () => 0,
    onIdle: context.onProgress,
  });
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

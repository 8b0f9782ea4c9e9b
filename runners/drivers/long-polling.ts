import { ROUTES } from '../../servers/contract.ts';
import type { Client, ClientPlan, Driver, DriverContext } from './driver.ts';
import { PolledChannel } from './polled.ts';
import { postingBeside } from './posting.ts';

/** HTTP long-polling: ask again at once; the server holds the poll until it has something (RFC 6202 §2). */
export const longPolling: Driver = {
  transport: 'long-polling',
  subscriber,
  connectionsPerSender: 2,
  answers: true,
  exchange: {
    missing: 'long-polling carries messages down only; a request is a plain HTTP request, as in polling',
  },
};

function subscriber(context: DriverContext, plan: ClientPlan): Client {
  const { holdMs } = context.tuning['long-polling'];
  const channel = new PolledChannel(context, plan, {
    // A poll that is held says nothing: to know that it is back, a client has its first one answered at once.
    path: (cursor, returning) =>
      `${ROUTES.longPoll}?channel=${plan.channel}${cursor === null ? '' : `&after=${cursor}`}&wait=${returning ? 0 : holdMs}`,
    reuse: true,
    onDone: (answered) => {
      if (answered) channel.poll();
      else channel.retry();
    },
  });

  return postingBeside(context, plan, channel, () => {
    channel.poll();
  });
}

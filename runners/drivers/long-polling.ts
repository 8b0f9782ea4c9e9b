import type { Client, ClientPlan, Driver, DriverContext } from './driver.ts';
import { PolledChannel } from './polled.ts';
import { postingBeside } from './posting.ts';
import { spoken } from './spoken.ts';

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
    dialect: spoken(context.dialect, 'long-polling'),
    holdMs,
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

import type { Client, ClientPlan, Driver, DriverContext } from './driver.ts';
import { pollsBy } from './poll-style.ts';
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

const pollsOf = pollsBy({
  dialectOf: ({ dialect }) => spoken(dialect, 'long-polling'),
  holdMsOf: (tuning) => tuning['long-polling'].holdMs,
  reuses: () => true,
  onDone(channel, answered) {
    if (answered) channel.poll();
    else channel.retry();
  },
});

function subscriber(context: DriverContext, plan: ClientPlan): Client {
  return postingBeside(context, plan, new PolledChannel(context, plan, pollsOf(context)));
}

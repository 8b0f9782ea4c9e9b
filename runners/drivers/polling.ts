import type { Client, ClientPlan, Driver, DriverContext } from './driver.ts';
import { PolledChannel } from './polled.ts';
import { exchangeByPost, postingBeside } from './posting.ts';
import { spoken } from './spoken.ts';

/**
 * HTTP polling: ask every so often, at fixed instants, whatever the answers say. A client that has
 * lost its connection polls when it would have polled anyway: it does not know before that it
 * misses anything, its schedule bounds the attempts, and its phase keeps clients apart.
 */
export const polling: Driver = {
  transport: 'polling',
  subscriber,
  connectionsPerSender: 2,
  answers: true,
  exchange: { client: exchangeByPost },
};

function subscriber(context: DriverContext, plan: ClientPlan): Client {
  const { everyMs, reuse, phase, mode } = context.tuning.polling;
  const { agenda } = context;
  // A poll that is due while the one before is under way is made when that one is done.
  let overdue = false;
  const channel = new PolledChannel(context, plan, {
    dialect: spoken(context.dialect, mode === 'latest' ? 'newest' : 'polling'),
    holdMs: 0,
    reuse: reuse === 'connection',
    onDone: () => {
      if (!overdue) return;
      overdue = false;
      channel.poll();
    },
  });
  const poll = (atUs: number) => {
    agenda.at(atUs + everyMs * 1e3, poll);
    if (channel.busy) overdue = true;
    else channel.poll();
  };

  return postingBeside(context, plan, channel, (startUs) => {
    const offset = phase === 'random' ? plan.phase : 0;
    agenda.at(startUs + offset * everyMs * 1e3, poll);
  });
}

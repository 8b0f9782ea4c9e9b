import type { Client, ClientPlan, Driver, DriverContext } from './driver.ts';
import { pollsBy } from './poll-style.ts';
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

const pollsOf = pollsBy({
  dialectOf: ({ dialect, tuning: { polling } }) =>
    spoken(dialect, polling.mode === 'latest' ? 'newest' : 'polling'),
  holdMsOf: () => 0,
  reuses: ({ polling }) => polling.reuse === 'connection',
  onDone: (channel) => channel.catchUp(),
});

function subscriber(context: DriverContext, plan: ClientPlan): Client {
  const { everyMs, phase } = context.tuning.polling;
  const { agenda } = context;
  const channel = new PolledChannel(context, plan, pollsOf(context));
  const poll = (atUs: number) => {
    agenda.at(atUs + everyMs * 1e3, poll);
    channel.pollInTurn();
  };

  return postingBeside(context, plan, channel, (startUs) => {
    const offset = phase === 'random' ? plan.phase : 0;
    agenda.at(startUs + offset * everyMs * 1e3, poll);
  });
}

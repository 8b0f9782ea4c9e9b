import type { Traffic } from './traffic.ts';

/** Which of several processes of the same server a client is connected to, and a message is published on. */
export interface Spread {
  /** The shard that a client connects to. */
  ofClient(client: number): number;
  /** The shards that a channel has subscribers on: its messages are published on each. */
  ofChannel(channel: number): readonly number[];
}

/**
 * Spreads clients over shards. The members of a channel stay together, since shards know nothing
 * of each other; only where there is a single channel, it is on every shard.
 */
export function spreadOver(shards: number, { channels, channelOf }: Traffic): Spread {
  const all = Array.from({ length: shards }, (_, shard) => shard);
  if (channels === 1) return { ofClient: (client) => client % shards, ofChannel: () => all };
  const one = all.map((shard) => [shard]);
  return {
    ofClient: (client) => channelOf(client) % shards,
    ofChannel: (channel) => one[channel % shards] ?? [],
  };
}

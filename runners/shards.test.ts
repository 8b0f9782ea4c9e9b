import { expect, it } from 'vitest';
import { spreadOver } from './shards.ts';
import { pushOf, scenarioOf } from './testing/scenarios.ts';
import { planTraffic } from './traffic.ts';

function spread(audience: unknown, shards: number) {
  const traffic = planTraffic(scenarioOf({ connections: 8, workload: pushOf({ audience }) }), 1);
  const { ofClient, ofChannel } = spreadOver(shards, traffic);
  return {
    clients: Array.from({ length: 8 }, (_, client) => ofClient(client)),
    channels: Array.from({ length: traffic.channels }, (_, channel) => ofChannel(channel)),
  };
}

it('spreads the subscribers of a single channel, which is published on every shard', () => {
  expect(spread('all', 3)).toEqual({ clients: [0, 1, 2, 0, 1, 2, 0, 1], channels: [[0, 1, 2]] });
});

it('keeps the members of a channel together', () => {
  // Rooms of 3: clients 0 to 2, 3 to 5, and 6 and 7.
  expect(spread({ rooms: 3 }, 2)).toEqual({
    clients: [0, 0, 0, 1, 1, 1, 0, 0],
    channels: [[0], [1], [0]],
  });
});

it('has one shard hold everything', () => {
  expect(spread('self', 1)).toEqual({ clients: Array(8).fill(0), channels: Array(8).fill([0]) });
});

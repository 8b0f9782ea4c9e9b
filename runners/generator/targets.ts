import { type Assignment, sourceOf } from '../processes/protocol.ts';
import { spreadOver } from '../shards.ts';
import type { Traffic } from '../traffic.ts';
import type { Target } from '../wire/target.ts';

/** Where each client connects to, and from. Clients of the same shard and source address share one object. */
export function clientTargets(
  { targets, sources }: Pick<Assignment, 'targets' | 'sources'>,
  traffic: Traffic,
): (client: number) => Target {
  const spread = spreadOver(targets.length, traffic);
  const known = new Map<string, Target>();
  return (client) => {
    const shard = spread.ofClient(client);
    const sourceAddress = sources === null ? null : sourceOf(sources, client);
    const key = `${shard} ${sourceAddress}`;
    const made = known.get(key);
    if (made !== undefined) return made;
    const target = targets[shard];
    if (target === undefined) throw new Error(`client ${client} has no shard to connect to`);
    const from = sourceAddress === null ? target : { ...target, sourceAddress };
    known.set(key, from);
    return from;
  };
}

import { ROUTES, type StatsAnswer } from '../../../servers/contract.ts';
import { sleepMs } from '../../clock.ts';
import type { Client } from '../../drivers/driver.ts';
import { DRIVERS } from '../../drivers/index.ts';
import type { Part, PartContext } from '../../generator/member.ts';
import { channelName } from '../../processes/protocol.ts';
import { originOf } from '../../wire/target.ts';

/** Of so many connections one is the observer's, in the middle of them. */
const GROUP = 51;

/** Whether a client, by its number, is one of the calm observer's. */
export function isObserver(client: number): boolean {
  return client % GROUP === Math.floor(GROUP / 2);
}

/**
 * Some of the subscribers of one channel. A server serves them in the order in which they came, so they come in
 * the order of their numbers, whichever process they are in: the observer's have the same places in the line as
 * the others.
 */
export function subscribers(context: PartContext, isOurs: (client: number) => boolean): Part {
  const { assignment, recorder } = context;
  const { scenario, transport, seed, channelPrefix, targets } = assignment;
  const { tuning, workload, reconnect, compression, connections } = scenario;
  const [target] = targets;
  if (target === undefined) throw new Error('there is no server to subscribe to');
  const fields = { headers: {}, postHeaders: {} };
  const driving = { ...context, ...fields, seed, tuning, workload, reconnect, compression, target };
  const members: Client[] = [];

  const open = async (index: number) => {
    const channel = channelName(channelPrefix, 0);
    const client = DRIVERS[transport].subscriber(driving, { index, channel, sends: false, phase: 0 });
    members.push(client);
    await client.open();
  };
  return {
    role: 'worker',
    answers: false,
    async connect() {
      const ours = Array.from({ length: connections }, (_, client) => client).filter(isOurs);
      for (const row of rowsOf(ours)) {
        while ((await connectionsOf(originOf(target))) < (row[0] ?? 0)) await sleepMs(1);
        await Promise.all(row.map(open));
      }
      return [];
    },
    start(startUs) {
      for (const client of members) client.start(startUs);
    },
    get complete() {
      return recorder.complete;
    },
    async close() {
      for (const client of members) client.close();
    },
  };
}

/** Runs of numbers without a gap. */
function rowsOf(numbers: readonly number[]): number[][] {
  const rows: number[][] = [];
  for (const number of numbers) {
    const last = rows.at(-1);
    if (last?.at(-1) === number - 1) last.push(number);
    else rows.push([number]);
  }
  return rows;
}

async function connectionsOf(origin: string): Promise<number> {
  const answer = await fetch(new URL(ROUTES.stats, origin));
  return ((await answer.json()) as StatsAnswer).connections;
}

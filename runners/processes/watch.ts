import type { ProcessUse } from '../../reports/results/schema.ts';
import { nowUs, sleepMs } from '../clock.ts';
import { type GroupUse, readGroup, readTicks, stolenShare } from './os.ts';

/** The server's memory is looked at this often, or this many times where that is less: a look reads all of `/proc`. */
const EVERY_MS = 500;
const LOOKS = 200;

/** One process group of the server, and what it had used before the first client connected. */
export interface ServerGroup {
  readonly group: number;
  readonly before: GroupUse;
}

/** The process groups that can be watched: not those that run elsewhere, nor any where there is no `/proc`. */
export async function watchable(groups: readonly (number | null)[]): Promise<readonly ServerGroup[]> {
  const found = groups.map(async (group) => {
    const before = group === null ? null : await readGroup(group);
    return group === null || before === null ? [] : [{ group, before }];
  });
  return (await Promise.all(found)).flat();
}

/** What the machine was seen to do while a trial was measured. */
export interface Watched {
  /** One of each group; none of a group that is gone at the end. */
  readonly servers: readonly ProcessUse[];
  readonly stolenCpuShare: number | null;
}

/**
 * What servers use and the host steals from now until an instant (CLOCK_MONOTONIC microseconds).
 *
 * @returns at that instant.
 * @throws the reason of `signal`, when it aborts.
 */
export async function watchServers(
  groups: readonly ServerGroup[],
  endUs: number,
  signal: AbortSignal,
): Promise<Watched> {
  const watches = await Promise.all(groups.map(startWatch));
  const startTicks = await readTicks();
  const everyMs = Math.max(EVERY_MS, (endUs - nowUs()) / 1e3 / LOOKS);
  for (let leftMs = (endUs - nowUs()) / 1e3; leftMs > 0; leftMs = (endUs - nowUs()) / 1e3) {
    await sleepMs(Math.min(leftMs, everyMs), signal);
    signal.throwIfAborted();
    await Promise.all(watches.map(look));
  }
  const stolenCpuShare = stolenShare(startTicks, await readTicks());
  return { servers: watches.flatMap(useOf), stolenCpuShare };
}

/** What is known of one group so far. */
interface Watch extends ServerGroup {
  readonly start: GroupUse | null;
  latest: GroupUse | null;
  rssBytes: number;
}

async function startWatch(server: ServerGroup): Promise<Watch> {
  const start = await readGroup(server.group);
  return { ...server, start, latest: start, rssBytes: start?.rssBytes ?? 0 };
}

async function look(watch: Watch): Promise<void> {
  watch.latest = await readGroup(watch.group);
  watch.rssBytes = Math.max(watch.rssBytes, watch.latest?.rssBytes ?? 0);
}

function useOf({ before, start, latest, rssBytes }: Watch): ProcessUse[] {
  if (start === null || latest === null) return [];
  const cpuUs = Math.max(0, latest.cpuUs - start.cpuUs);
  return [{ role: 'server', cpuUs, rssBytes, rssBeforeBytes: before.rssBytes }];
}

import type { ProcessUse } from '../../reports/results/schema.ts';
import { nowUs, sleepMs } from '../clock.ts';
import { type GroupUse, readGroup, readTicks, stolenShare } from './os.ts';

/** The server's memory is looked at this often, or this many times where that is less: a look reads all of `/proc`. */
const EVERY_MS = 500;
const LOOKS = 200;

/** What a server's process group has used so far; `null` where nobody can say, as of one that runs elsewhere. */
export async function useOf(group: number | null): Promise<GroupUse | null> {
  return group === null ? null : await readGroup(group);
}

/** What the machine was seen to do while a trial was measured. */
export interface Watched {
  /** `null` where nobody can say, as of a server that runs elsewhere. */
  readonly server: ProcessUse | null;
  readonly stolenCpuShare: number | null;
}

/**
 * What a server uses and the host steals from now until an instant (CLOCK_MONOTONIC microseconds).
 *
 * @param group its process group; `null` if it runs elsewhere.
 * @param before what it had used before the first client connected.
 * @returns at that instant.
 * @throws the reason of `signal`, when it aborts.
 */
export async function watchServer(
  group: number | null,
  before: GroupUse | null,
  endUs: number,
  signal: AbortSignal,
): Promise<Watched> {
  const start = await useOf(group);
  const startTicks = await readTicks();
  let end = start;
  let rssBytes = start?.rssBytes ?? 0;
  const everyMs = Math.max(EVERY_MS, (endUs - nowUs()) / 1e3 / LOOKS);
  for (let leftMs = (endUs - nowUs()) / 1e3; leftMs > 0; leftMs = (endUs - nowUs()) / 1e3) {
    await sleepMs(Math.min(leftMs, everyMs), signal);
    signal.throwIfAborted();
    end = await useOf(group);
    rssBytes = Math.max(rssBytes, end?.rssBytes ?? 0);
  }
  const stolenCpuShare = stolenShare(startTicks, await readTicks());
  if (before === null || start === null || end === null) return { server: null, stolenCpuShare };
  const server: ProcessUse = {
    role: 'server',
    cpuUs: Math.max(0, end.cpuUs - start.cpuUs),
    rssBytes,
    rssBeforeBytes: before.rssBytes,
  };
  return { server, stolenCpuShare };
}

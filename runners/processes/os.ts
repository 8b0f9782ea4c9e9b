import { readdir, readFile } from 'node:fs/promises';

/** What the operating system says of a process group. */
export interface GroupUse {
  /** User and system time of all its processes, microseconds. */
  readonly cpuUs: number;
  /** Resident memory of all its processes, bytes. */
  readonly rssBytes: number;
}

/**
 * CPU time and memory of a process group, from `/proc`. A group and not a process, since a server
 * may be a script that starts the server, or have workers.
 *
 * @returns `null` where there is no `/proc` (not Linux) or no such group.
 */
export async function readGroup(group: number): Promise<GroupUse | null> {
  let cpuUs = 0;
  let rssBytes = 0;
  let found = false;
  for (const pid of await pids()) {
    const stat = await readOrNull(`/proc/${pid}/stat`);
    // The name in parentheses may hold spaces; what follows it is numbers: state, parent, group…
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields === undefined || Number(fields[2]) !== group) continue;
    found = true;
    cpuUs += await cpuOf(pid);
    const status = (await readOrNull(`/proc/${pid}/status`)) ?? '';
    rssBytes += Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  }
  return found ? { cpuUs, rssBytes } : null;
}

/** Clock ticks that the cores have spent since the start of the machine. */
export interface Ticks {
  readonly all: number;
  /** Given to others by the host of a virtual machine while this one had work to do. */
  readonly stolen: number;
}

/** The cores' ticks so far, from the first line of `/proc/stat` (proc_stat(5)); `null` where there is none. */
export async function readTicks(): Promise<Ticks | null> {
  const fields = /^cpu +(.+)$/m
    .exec((await readOrNull('/proc/stat')) ?? '')?.[1]
    ?.split(' ')
    .map(Number);
  if (fields === undefined) return null;
  // user nice system idle iowait irq softirq steal; the guests that follow are in user and nice already.
  const all = fields.slice(0, 8).reduce((sum, ticks) => sum + ticks, 0);
  return { all, stolen: fields[7] ?? 0 };
}

/** The stolen share of the time between two looks; `null` where nobody can say. */
export function stolenShare(start: Ticks | null, end: Ticks | null): number | null {
  if (start === null || end === null || end.all <= start.all) return null;
  return Math.min(1, Math.max(0, (end.stolen - start.stolen) / (end.all - start.all)));
}

/**
 * Resident memory of this process, bytes. Reading it takes a descriptor; a process that has none
 * left, which is what too many connections come to, tells its peak so far, which takes none.
 */
export function ownRssBytes(read: () => number = process.memoryUsage.rss): number {
  try {
    return read();
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

/**
 * Time on a CPU of all threads that the process has, from the scheduler's own nanosecond counts
 * (`/proc/PID/task/TID/schedstat`, first field); `/proc/PID/stat` counts in hundredths of a second.
 */
async function cpuOf(pid: number): Promise<number> {
  let ns = 0;
  for (const thread of await entries(`/proc/${pid}/task`)) {
    const schedstat = await readOrNull(`/proc/${pid}/task/${thread}/schedstat`);
    ns += Number(schedstat?.split(' ')[0] ?? 0);
  }
  return ns / 1e3;
}

async function pids(): Promise<number[]> {
  return (await entries('/proc')).map(Number).filter(Number.isInteger);
}

/** A process may end between two looks at it; then there is nothing to read, which is no error. */
async function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}

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

import { readdir, readFile } from 'node:fs/promises';

/** What the operating system says of a process group and what has come out of it. */
export interface GroupUse {
  /** User and system time of all its processes, those that have ended included, microseconds. */
  readonly cpuUs: number;
  /** Resident memory of all its processes, bytes; what they share counts once. */
  readonly rssBytes: number;
}

/**
 * CPU time and memory of a server, from `/proc` (proc_pid_stat(5)): of a process group and all that its
 * processes have started, since a server may be a script that starts the server, or have workers, and
 * these may have sessions of their own.
 *
 * A process that has ended is in the time of the one that waited for it. One that nobody waits for
 * (SIGCHLD ignored, a parent that is gone) takes its time with it.
 *
 * @returns `null` where there is no `/proc` (not Linux) or no such group.
 */
export async function readGroup(group: number): Promise<GroupUse | null> {
  const members = membersOf(group, await readStats());
  // One that has ended stays in the list until it is waited for.
  if (members.every(({ ended }) => ended)) return null;
  const cpu = await Promise.all(members.map(cpuOf));
  return { cpuUs: cpu.reduce((sum, us) => sum + us, 0), rssBytes: await residentBytes(members) };
}

/** Of `/proc/PID/stat`, what this file asks for. */
interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly ended: boolean;
  /** User and system time of its threads, those that have ended included, and of children that were waited for. */
  readonly ownTicks: number;
  readonly waitedTicks: number;
}

async function readStats(): Promise<Stat[]> {
  const stats = await Promise.all(
    (await pids()).map(async (pid) => {
      const line = await readOrNull(`/proc/${pid}/stat`);
      if (line === null) return [];
      // The name in parentheses may hold spaces; what follows it is numbers: state, parent, group…
      const [state, ...rest] = line.slice(line.lastIndexOf(')') + 2).split(' ');
      const fields = rest.map(Number);
      const ended = state === 'Z' || state === 'X';
      const [parent = 0, group = 0, session = 0] = fields;
      const [user = 0, system = 0, waitedUser = 0, waitedSystem = 0] = fields.slice(10, 14);
      return [
        {
          pid,
          parent,
          group,
          session,
          ended,
          ownTicks: user + system,
          waitedTicks: waitedUser + waitedSystem,
        },
      ];
    }),
  );
  return stats.flat();
}

/** The processes of a group or of the session that its leader began, and all their descendants. */
function membersOf(group: number, stats: readonly Stat[]): readonly Stat[] {
  const found = new Map(
    stats.filter((stat) => stat.group === group || stat.session === group).map((stat) => [stat.pid, stat]),
  );
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const stat of stats) if (found.has(stat.parent)) found.set(stat.pid, stat);
  }
  return [...found.values()];
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

/** What the kernel counts times in for users: USER_HZ, 100 on every architecture that Node runs on. */
const US_PER_TICK = 10_000;

/**
 * Time on a CPU of all threads that the process has, from the scheduler's own nanosecond counts
 * (`/proc/PID/task/TID/schedstat`, first field), since `/proc/PID/stat` counts in hundredths of a second;
 * but that one knows threads that have ended too, and children.
 */
async function cpuOf({ pid, ownTicks, waitedTicks }: Stat): Promise<number> {
  let ns = 0;
  for (const thread of await entries(`/proc/${pid}/task`)) {
    const schedstat = await readOrNull(`/proc/${pid}/task/${thread}/schedstat`);
    ns += Number(schedstat?.split(' ')[0] ?? 0);
  }
  return Math.max(ns / 1e3, ownTicks * US_PER_TICK) + waitedTicks * US_PER_TICK;
}

/**
 * What processes have in memory together. One: its resident set. Several share pages, which the sum of
 * their resident sets has several times: of what is no file's, each has its proportional share
 * (`smaps_rollup`, in the same kernel counts), and files, which are nearly all program, count once, for
 * the process that has most of them. So the figure does not depend on who else runs the same program.
 * Where shares cannot be read it is the sum of the resident sets.
 */
async function residentBytes(members: readonly Stat[]): Promise<number> {
  const several = members.length > 1;
  const each = await Promise.all(
    members.map(async ({ pid }) => {
      const status = (await readOrNull(`/proc/${pid}/status`)) ?? '';
      const files = kilobytes(status, 'RssFile') ?? 0;
      const all = kilobytes(status, 'VmRSS') ?? 0;
      // Reading shares walks the page tables: not for one process, which shares with nobody.
      const rollup = several ? await readOrNull(`/proc/${pid}/smaps_rollup`) : null;
      const share = rollup === null ? null : kilobytes(rollup, 'Pss_Anon');
      if (rollup === null || share === null)
        return { own: several ? all : all - files, files: several ? 0 : files };
      return { own: share + (kilobytes(rollup, 'Pss_Shmem') ?? 0), files };
    }),
  );
  const own = each.reduce((sum, one) => sum + one.own, 0);
  return (own + Math.max(...each.map(({ files }) => files))) * 1024;
}

/** A line such as `VmRSS:  1234 kB`; `null` where there is none. */
function kilobytes(text: string, name: string): number | null {
  const [, digits] = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text) ?? [];
  return digits === undefined ? null : Number(digits);
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

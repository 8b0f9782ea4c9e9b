import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { childrenOf } from '../testing/processes.ts';
import { ownRssBytes, readGroup } from './os.ts';

/** Largest process id that Linux can be told to give. */
const NO_SUCH_GROUP = 2 ** 22 + 1;

function ownGroup(): number {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[2]);
}

describe.skipIf(!existsSync('/proc/self/stat'))('readGroup', () => {
  it('finds the group of this process, with its memory and what it has computed', async () => {
    const before = await readGroup(ownGroup());
    const cpuBefore = process.cpuUsage();
    let burntUs = 0;
    while (burntUs < 50_000) {
      const { user, system } = process.cpuUsage(cpuBefore);
      burntUs = user + system;
    }
    const after = await readGroup(ownGroup());
    expect(before).not.toBeNull();
    // The group has other processes too; this one alone has this much of it.
    expect(after?.rssBytes).toBeGreaterThan(process.memoryUsage.rss() / 2);
    // The two clocks of the kernel are read at slightly different moments: a tenth is their due.
    expect((after?.cpuUs ?? 0) - (before?.cpuUs ?? 0)).toBeGreaterThan(45_000);
  });

  it('adds the processes of a group, and no others', async () => {
    const shell = spawn('sh', ['-c', 'sleep 60 & sleep 60 & echo ready; wait'], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const exited = once(shell, 'exit');
    const group = shell.pid ?? NO_SUCH_GROUP;
    try {
      await once(shell.stdout, 'data');
      const pids = [group, ...childrenOf(group).map(({ pid }) => pid)];
      expect(pids).toHaveLength(3);
      const kilobytesOf = (pid: number) =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
      // A process that has just begun still grows: both looks have to see the same.
      await expect
        .poll(async () => {
          const use = await readGroup(group);
          return (use?.rssBytes ?? 0) - pids.reduce((sum, pid) => sum + kilobytesOf(pid) * 1_024, 0);
        })
        .toBe(0);
    } finally {
      // The shell takes note of its children's end, and ends then.
      for (const { pid } of childrenOf(group)) process.kill(pid, 'SIGKILL');
      await exited;
    }
    expect(await readGroup(group)).toBeNull();
  });

  it('has nothing to say of a group that does not exist', async () => {
    expect(await readGroup(NO_SUCH_GROUP)).toBeNull();
  });
});

describe('ownRssBytes', () => {
  it('is what the process has, and its peak where no descriptor is left to read that', () => {
    const rssBytes = ownRssBytes();
    expect(rssBytes).toBeGreaterThan(10 << 20);
    const outOfDescriptors = () => {
      throw new Error('EMFILE: too many open files, uv_resident_set_memory');
    };
    // Both are counted in pages, lazily: a tenth is their due.
    expect(ownRssBytes(outOfDescriptors)).toBeGreaterThan(rssBytes * 0.9);
  });
});

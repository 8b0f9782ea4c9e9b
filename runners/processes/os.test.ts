import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { childrenOf } from '../testing/processes.ts';
import { ownRssBytes, readGroup } from './os.ts';

function descendantsOf(parent: number): readonly { readonly pid: number }[] {
  return childrenOf(parent).flatMap((child) => [...descendantsOf(child.pid), child]);
}

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

  /** Runs a shell script in a group of its own until it says that it is ready, and looks at it. */
  async function inGroup(script: string, look: (group: number) => Promise<void>): Promise<number> {
    const shell = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const exited = once(shell, 'exit');
    const group = shell.pid ?? NO_SUCH_GROUP;
    try {
      await once(shell.stdout, 'data');
      await look(group);
    } finally {
      // The shell takes note of its children's end, and ends then, as a child may that waited for another.
      for (const { pid } of descendantsOf(group)) endIfThere(pid);
      await exited;
    }
    return group;
  }

  function endIfThere(pid: number): void {
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }

  const rssOf = (pid: number) =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;

  it('adds the processes of a group, and no others; what they share counts once', async () => {
    // 30 MB of a variable, which two forks share with the shell.
    const script =
      'x=$(head -c 30000000 /dev/zero | tr "\\0" a); (sleep 60; : $x) & (sleep 60; : $x) & echo ready; wait';
    const group = await inGroup(script, async (leader) => {
      await expect.poll(() => childrenOf(leader).length).toBe(2);
      const forks = [leader, ...childrenOf(leader).map(({ pid }) => pid)];
      const summed = forks.reduce((sum, pid) => sum + rssOf(pid), 0);
      const { rssBytes } = (await readGroup(leader)) ?? { rssBytes: 0 };
      expect(summed).toBeGreaterThan(80e6);
      expect(rssBytes).toBeGreaterThan(30e6);
      expect(rssBytes).toBeLessThan(50e6);
    });
    await expect.poll(() => readGroup(group)).toBeNull();
  });

  it('counts what descendants have computed, in a session of their own and after their end', async () => {
    const busy = 'i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done';
    await inGroup(
      `sh -c '${busy}'; setsid sh -c '${busy}; echo ready; sleep 60; :' & wait`,
      async (leader) => {
        const use = await readGroup(leader);
        const [alive] = childrenOf(leader);
        const aliveUs = Number(readFileSync(`/proc/${alive?.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e3;
        // The same loop twice, once in a process that is over and once in another session.
        expect(aliveUs).toBeGreaterThan(10_000);
        expect(use?.cpuUs).toBeGreaterThan(1.5 * aliveUs);
      },
    );
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

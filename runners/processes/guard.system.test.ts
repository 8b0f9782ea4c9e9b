import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, groupRuns, type SeenProcess } from '../testing/processes.ts';

const RUNNERS = fileURLToPath(new URL('..', import.meta.url));

interface Groups {
  readonly obeys: number;
  readonly stays: number;
  readonly stopped: number;
  readonly released: number;
}

describe('the guard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wire bench '));
  let parent: ChildProcess | null = null;
  let groups: Groups | null = null;

  beforeAll(() => {
    cpSync(RUNNERS, join(folder, 'runners'), { recursive: true });
    cpSync(join(RUNNERS, '../servers/trace.js'), join(folder, 'servers/trace.js'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  afterEach(() => {
    parent?.kill('SIGKILL');
    for (const group of Object.values(groups ?? {}).filter(groupRuns)) process.kill(-group, 'SIGKILL');
  });

  /** Starts the stand-in for the coordinator, and finds the guard among its children. */
  async function start(runners: string, ...parameters: string[]) {
    const main = join(runners, 'testing/guard-parent-main.js');
    const child = spawn(process.execPath, [main, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
    parent = child;
    const [line] = await once(child.stdout, 'data');
    const started: Groups = JSON.parse(String(line));
    groups = started;
    const guards: SeenProcess[] = childrenOf(child.pid ?? 0, 'guard-main.js');
    return { child, groups: started, guards };
  }

  function running({ obeys, stays, stopped, released }: Groups): boolean[] {
    return [obeys, stays, stopped, released].map(groupRuns);
  }

  it.each([
    ['', RUNNERS],
    [' from a folder with a space in its name', join(folder, 'runners')],
  ])('ends what a killed coordinator held, within 5 s, and itself%s', async (_, runners) => {
    const { child, groups, guards } = await start(runners);
    expect(guards).toHaveLength(1);
    expect(running(groups)).toEqual([true, true, true, true]);
    child.kill('SIGKILL');
    // One obeys SIGTERM, one ignores it, one was stopped; the released one is not the guard's business.
    await expect.poll(() => running(groups), { timeout: 5_000 }).toEqual([false, false, false, true]);
    await expect.poll(() => guards.map(({ pid }) => groupRuns(pid)), { timeout: 1_000 }).toEqual([false]);
  });

  it('is out of reach of a signal to the group of the coordinator', async () => {
    const { child, guards } = await start(RUNNERS);
    expect(guards.map(({ pid, group }) => pid === group && group !== child.pid)).toEqual([true]);
  });

  it('ends by itself when it is closed, and leaves in peace what it held', async () => {
    const { child, groups, guards } = await start(RUNNERS, 'closes');
    expect(guards).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(running(groups)).toEqual([true, true, true, true]);
  });
});

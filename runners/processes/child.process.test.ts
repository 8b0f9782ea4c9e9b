import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { runningProcesses } from '../testing/processes.ts';
import { Child, GENERATOR_FLAGS } from './child.ts';

const MAIN = new URL('../testing/child-main.js', import.meta.url);

describe('Child', () => {
  const failures: string[] = [];
  let child: Child | null = null;

  function start(behaviour: string, entry = MAIN): Child {
    process.env['WIREBENCH_TEST_CHILD'] = behaviour;
    child = new Child('worker', entry, (reason) => failures.push(reason));
    return child;
  }

  afterEach(async () => {
    await child?.end();
    const pid = child?.pid ?? null;
    expect(runningProcesses().filter((seen) => seen.pid === pid)).toEqual([]);
    failures.length = 0;
    delete process.env['WIREBENCH_TEST_CHILD'];
  });

  const patience = () => AbortSignal.timeout(10_000);

  it('hears what it says, now and afterwards, and obeys', async () => {
    const child = start('obeys');
    expect(await child.hear('ready', patience())).toEqual({ kind: 'ready' });
    expect(await child.hear('ready', patience())).toEqual({ kind: 'ready' });
    child.say({ kind: 'connect', atUs: 0 });
    expect(await child.hear('connected', patience())).toEqual({ kind: 'connected', failures: ['one'] });
    await child.end();
    expect(failures).toEqual([]);
  });

  it('can collect its garbage, and keeps the options that its user has set', async () => {
    const before = process.env['NODE_OPTIONS'];
    process.env['NODE_OPTIONS'] = '--no-deprecation';
    try {
      const { failures } = await start('tells its options').hear('connected', patience());
      expect(failures).toEqual(['function', `--no-deprecation ${GENERATOR_FLAGS.join(' ')}`]);
    } finally {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    }
  });

  it('runs its own entry, also where its parent was given code to run', async () => {
    const entry = new URL('child.js', import.meta.url).href;
    const code = `import('${entry}').then(async ({ Child }) => {
      const child = new Child('worker', new URL('${MAIN.href}'), (reason) => console.log(reason));
      console.log((await child.hear('ready', AbortSignal.timeout(10_000))).kind);
      await child.end();
    });`;
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', code], { timeout: 20_000 });
    expect(stdout).toBe('ready\n');
  });

  it('has a group of its own', async () => {
    const child = start('obeys');
    await child.hear('ready', patience());
    expect(runningProcesses().find((seen) => seen.pid === child.pid)?.group).toBe(child.pid);
  });

  it('waits no longer than its signal', async () => {
    const child = start('obeys');
    const reason = new Error('enough');
    const waiting = new AbortController();
    const heard = child.hear('measurements', waiting.signal);
    waiting.abort(reason);
    await expect(heard).rejects.toBe(reason);
    await expect(child.hear('measurements', waiting.signal)).rejects.toBe(reason);
  });

  it('tells that it died, how, and its last words', async () => {
    start('dies');
    await expect
      .poll(() => failures, { timeout: 10_000 })
      .toEqual(['the worker ended with code 3: out of luck']);
  });

  it('tells that it threw, with the message', async () => {
    start('throws');
    await expect.poll(() => failures, { timeout: 10_000 }).toHaveLength(1);
    expect(failures[0]).toMatch(/^the worker ended with code 1: .*thrown at the start/s);
  });

  it('tells that there is no such file', async () => {
    start('obeys', new URL('./no-such-main.js', import.meta.url));
    await expect.poll(() => failures, { timeout: 10_000 }).toHaveLength(1);
    expect(failures[0]).toMatch(/^the worker ended with code 1: .*no-such-main/s);
  });

  it('passes on that it cannot go on, once', async () => {
    start('fails');
    await expect.poll(() => failures, { timeout: 10_000 }).toEqual(['the worker failed: no more']);
    await child?.end();
    expect(failures).toHaveLength(1);
  });

  it('tells by which signal it was ended', async () => {
    const child = start('obeys');
    await child.hear('ready', patience());
    process.kill(child.pid ?? 0, 'SIGKILL');
    await expect.poll(() => failures, { timeout: 10_000 }).toEqual(['the worker was ended by SIGKILL']);
  });

  it('that cannot be started tells so, and ends', async () => {
    const { execPath } = process;
    try {
      process.execPath = '/no/such/node';
      start('obeys');
    } finally {
      process.execPath = execPath;
    }
    await expect.poll(() => failures).toEqual(['the worker failed: spawn /no/such/node ENOENT']);
    expect(child?.pid).toBeNull();
    const ended = await Promise.race([
      child?.end().then(() => 'ended'),
      new Promise((resolve) => setTimeout(() => resolve('still waiting'), 3_000)),
    ]);
    expect(ended).toBe('ended');
  });

  it('ends with force when nothing else helps, and says nothing of it', async () => {
    const child = start('stays');
    await child.hear('ready', patience());
    await child.end();
    expect(failures).toEqual([]);
  });
});

import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('./bin.js', import.meta.url));

let folder = '';
let started: ChildProcessByStdio<null, Readable, Readable>[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-bin-'));
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
  rmSync(folder, { recursive: true });
});

function start(...argv: string[]) {
  const child = spawn(process.execPath, [BIN, ...argv], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return child;
}

async function call(...argv: string[]) {
  const child = start(...argv);
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { exit, out, err };
}

/** The first line of a stream that matches. */
async function line(stream: Readable, pattern: RegExp): Promise<RegExpExecArray> {
  for await (const one of createInterface({ input: stream })) {
    const found = pattern.exec(one);
    if (found !== null) return found;
  }
  throw new Error(`the stream ended without ${pattern}`);
}

/** True for a process that runs; one that ended and was not yet waited for does not. */
function alive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
}

function childrenOf(pid: number): number[] {
  const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return listed === '' ? [] : listed.split(' ').map(Number);
}

/** The children of a run once a trial is under way: guard, server, publisher and worker. */
async function busyChildrenOf(pid: number): Promise<number[]> {
  await expect.poll(() => childrenOf(pid).length, { timeout: 5_000 }).toBe(4);
  return childrenOf(pid);
}

describe('the program', () => {
  it('does not mind that nobody reads its output', async () => {
    const child = start('list', '--json');
    child.stdout.destroy();
    const [err, [exit]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
  });

  it('says in one line that its output cannot be written, and exits 1', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'list'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: 'wirebench: cannot write to standard output: ENOSPC: no space left on device, write\n',
    });
  });

  it('exits 2 for a wrong flag', async () => {
    expect(await call('run', '--trils', '3')).toEqual({
      exit: 2,
      out: '',
      err: 'wirebench: run: unknown flag --trils; did you mean "--trials"?\n',
    });
  });
});

describe('serve', () => {
  it('serves until Ctrl-C, and says in one line that its port is taken', async () => {
    const server = start('serve', '--port', '0', '--transports', 'sse,polling');
    const [, port = ''] = await line(server.stdout, /^http:\/\/127\.0\.0\.1:(\d+) serves polling, sse$/);
    const answer = await fetch(`http://127.0.0.1:${port}/poll?channel=c`);
    expect(await answer.json()).toEqual({ next: 0, frames: [] });

    const second = await call('serve', '--port', port);
    expect(second).toMatchObject({ exit: 2, out: '' });
    expect(second.err).toBe(
      `wirebench: port ${port} of 127.0.0.1 is in use; choose another, or 0 for any free one\n`,
    );

    server.kill('SIGINT');
    expect(await once(server, 'exit')).toEqual([0, null]);
  });
});

/** Short trials of one transport, more of them than a test waits for. */
const NINE_TRIALS = [
  ...['--transports', 'sse', '--connections', '5', '--rate', '200'],
  ...['--trials', '9', '--duration', '500ms', '--no-ceiling'],
];

describe('run', () => {
  it('measures, writes its files, and what it wrote can be reported and viewed', async () => {
    const flags = ['--transports', 'websocket', '--trials', '1', '--connections', '5', '--duration', '500ms'];
    const run = await call('run', 'live-feed', ...flags, '--no-ceiling', '--rate', '200', '--out', 'out');
    expect(run).toMatchObject({ exit: 0, out: expect.stringContaining('WebSocket') });
    expect(run.err).toMatch(
      /^\[1\/1\] live-feed · websocket: valid \(\d\.\d s\)\nresults\.json and report\.html are in out\n$/,
    );

    const report = await call('report', 'out', '--format', 'json');
    const { trials } = JSON.parse(report.out);
    expect(trials).toMatchObject([{ scenario: 'live-feed', transport: 'websocket', status: 'completed' }]);

    const view = start('view', 'out');
    const [url] = await line(view.stdout, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(await (await fetch(url)).text()).toBe(readFileSync(join(folder, 'out/report.html'), 'utf8'));
    view.kill('SIGINT');
    expect(await once(view, 'exit')).toEqual([0, null]);
  });

  it.runIf(process.platform === 'linux')(
    'keeps what is finished at Ctrl-C, exits 130 and leaves no process',
    async () => {
      const child = start('run', 'live-feed', ...NINE_TRIALS, '--out', 'out');
      await line(child.stderr, /^\[1\/9\]/);
      const children = await busyChildrenOf(child.pid ?? 0);
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
      expect(children.filter(alive)).toEqual([]);
      const { trials } = JSON.parse(readFileSync(join(folder, 'out/results.json'), 'utf8'));
      expect(trials).toHaveLength(1);
    },
  );

  it.runIf(process.platform === 'linux')(
    'when it is killed, leaves a readable file with the finished trials, and no process after 5 s',
    async () => {
      const child = start('run', 'live-feed', ...NINE_TRIALS, '--out', 'out');
      await line(child.stderr, /^\[1\/9\]/);
      const children = await busyChildrenOf(child.pid ?? 0);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await expect.poll(() => children.filter(alive), { timeout: 5_000 }).toEqual([]);
      const report = await call('report', 'out', '--format', 'json');
      expect(report.exit).toBe(0);
      expect(JSON.parse(report.out).trials).toMatchObject([{ transport: 'sse', status: 'completed' }]);
      // By what is left of its progress `view` knows that it was killed.
      expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['progress.json', 'results.json']);
    },
  );
});

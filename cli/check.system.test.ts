import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('./bin.js', import.meta.url));
const WORSE = fileURLToPath(new URL('../servers/testing/worse-server-main.js', import.meta.url));
const REFERENCE = fileURLToPath(new URL('../servers/reference/main.js', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-check-'));
  writeFileSync(join(folder, 'brief.json'), JSON.stringify(BRIEF));
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(argv: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(process.execPath, [BIN, 'check', '--out', 'out', ...argv], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { child, ended: ended.then(([out, err, [code]]) => ({ code: code as number | null, out, err })) };
}

/** A server file of a command of this Node. */
function serverFile(...command: readonly string[]): string {
  writeFileSync(
    join(folder, 'server.json'),
    JSON.stringify({ name: 'mine', command: [process.execPath, ...command] }),
  );
  return 'server.json';
}

/** 20 streams, 40 frames a second: 400 deliveries in each trial. */
const BRIEF = {
  name: 'brief',
  question: 'Is it worse?',
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 200,
    schedule: { kind: 'constant', perSecond: 40 },
  },
  connections: 20,
  phases: { warmupMs: 200, measureMs: 500, drainMs: 2_000 },
} as const;
const SHORT = ['--scenario', 'brief.json', '--transports', 'sse', '--seed', '1'];
const BYTES = ['--gate', 'bytes.perMessage <= +1%'];

// A stall of the machine makes a trial invalid, and then there is no verdict; what the gate does wrong, it does each time.
describe('check, for real', { retry: 2 }, () => {
  it('catches exactly a server that sends 12 B more for each delivery', async () => {
    const heavier = serverFile(WORSE, 'heavier');
    const { code, out } = await start(['--base-server', 'reference', '--server', heavier, ...SHORT, ...BYTES])
      .ended;
    expect([code, out]).toEqual([
      20,
      expect.stringContaining('regressed: brief · sse · bytes.perMessage after 3 blocks'),
    ]);
    const [gate] = JSON.parse(readFileSync(join(folder, 'out', 'verdict.json'), 'utf8')).gates;
    expect(gate.kind).toBe('exact');
    // The stream's head and the opening request are in both, so that 12 of 228 B, 5.3 %, become a little less.
    expect(Math.exp(gate.estimate)).toBeGreaterThan(1.04);
    expect(Math.exp(gate.estimate)).toBeLessThan(1.053);
    for (const [block, candidate] of gate.candidate.entries()) {
      // The comment behind the last event comes after the window.
      expect(Math.abs(candidate - gate.baseline[block] - 12)).toBeLessThan(0.5);
    }
  });

  it('catches a server that takes longer over each delivery', async () => {
    // 20 × 100 µs: the last subscriber is served 2 ms after the first, the middle one 1 ms, where 0.2 ms and a tenth are allowed.
    const slower = serverFile(WORSE, 'slower', '100');
    const argv = ['--base-server', 'reference', '--server', slower, ...SHORT, '--trials', '7'];
    const { code, out } = await start([...argv, '--gate', 'latency.p50 <= +10%']).ended;
    expect([code, out]).toEqual([
      20,
      expect.stringContaining('regressed: brief · sse · latency.p50 after 7 blocks'),
    ]);
  });

  it('against a commit: measures both, passes what has not changed exactly, and leaves no folder when it is interrupted', async () => {
    const git = (...args: readonly string[]) =>
      execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
        encoding: 'utf8',
      });
    const server = serverFile(REFERENCE);
    git('init', '--quiet', '--initial-branch', 'main');
    git('add', '.');
    git('commit', '--quiet', '-m', 'one');
    const temporary = join(folder, 'temporary');
    execFileSync('mkdir', [temporary]);
    const argv = ['--base-ref', 'main', '--server', server, ...SHORT, ...BYTES];

    const { code, out, err } = await start(argv, { TMPDIR: temporary }).ended;
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /^server.json \(working tree, not built here\) against server.json at main\s\([0-9a-f]{7}\)/,
      ),
    ]);
    expect(out).toContain('0 %               exact    <= +1 %         pass');
    expect(err).toContain('checking out main');

    const { child, ended } = start(argv, { TMPDIR: temporary });
    let progress = '';
    child.stderr.on('data', (chunk: Buffer) => {
      progress += chunk.toString();
    });
    for (let waited = 0; !progress.includes('[1/6]') && waited < 30_000; waited += 50) await sleep(50);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ code: 130, out: '' });
    expect(readdirSync(temporary)).toEqual([]);
    expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  });
});

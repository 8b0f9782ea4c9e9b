import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseResults } from '../reports/results/read.ts';
import { knownServer } from '../runners/selftest/known-server.ts';
import { childrenOf, runningProcesses } from '../runners/testing/processes.ts';
import { main } from './main.ts';
import { fakeIo } from './testing/fake-io.ts';

/**
 * Requests at even intervals over one WebSocket, each of which takes the server as long as the one before: D/D/1,
 * where nothing waits up to one request per service time, and beyond it the queue has no end. With 2 ms: 500/s.
 */
const SERVICE_MS = 2;
const CAPACITY = 1_000 / SERVICE_MS;
const SCENARIO = {
  name: 'known',
  question: 'How many requests can it answer?',
  workload: { kind: 'request', payloadBytes: 64, schedule: { kind: 'constant', perSecond: 400 } },
  connections: 1,
  phases: { warmupMs: 500, measureMs: 2_000, drainMs: 500 },
};

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-capacity-'));
  writeFileSync(join(folder, 'known.json'), JSON.stringify(SCENARIO));
  writeFileSync(join(folder, 'server.json'), JSON.stringify(knownServer(SERVICE_MS)));
});
afterEach(() => rmSync(folder, { recursive: true }));

const FIXED = [
  ...['capacity', 'known.json', '--server', 'server.json', '--transports', 'websocket'],
  ...['--duration', '2s', '--seed', '1', '--out', 'out'],
];

function stored() {
  const results = parseResults(readFileSync(join(folder, 'out/results.json'), 'utf8'), 'results.json');
  const [found] = results.capacities ?? [];
  if (found === undefined) throw new Error('there is no search in results.json');
  return found;
}

/** Searches with real processes. */
async function search(...flags: string[]) {
  const io = fakeIo({ cwd: folder });
  const exit = await main([...FIXED, ...flags], io);
  return { exit, found: stored(), out: io.out() };
}

// A stall of the machine's host is not the harness's; what the harness does wrong, it does each time.
it('finds a known capacity by the median within 5 %, and prints the curve', { retry: 2 }, async () => {
  const { exit, found, out } = await search('--slo', 'latency.p50<=50ms', '--slo', 'messages.lost<=0');
  expect(exit, JSON.stringify(found.answer)).toBe(0);
  const { answer } = found;
  if (answer.kind !== 'found') throw new Error(out);
  expect(answer.load).toBeGreaterThanOrEqual(CAPACITY * 0.95);
  expect(answer.load).toBeLessThanOrEqual(CAPACITY * 1.05);
  expect(out).toContain('offered  delivered');
  for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});

it('finds it by the 99th percentile within 5 %', { retry: 2 }, async () => {
  writeFileSync(join(folder, 'server.json'), JSON.stringify(knownServer(1)));
  // 2,300 samples carry a p99: fewer than half as many seconds where twice as much is served.
  const { exit, found } = await search('--from', '910', '--to', '1100', '--slo', 'latency.p99<=100ms');
  expect(exit, JSON.stringify(found.answer)).toBe(0);
  const { answer } = found;
  if (answer.kind !== 'found') throw new Error(JSON.stringify(answer));
  expect(answer.load).toBeGreaterThanOrEqual(1_000 * 0.95);
  expect(answer.load).toBeLessThanOrEqual(1_000 * 1.05);
});

it('never takes a generator that does not get to run for the capacity of the server', {
  retry: 2,
}, async () => {
  // From the second step on, the worker may run for half of the time, and the server for all of it.
  const io = fakeIo({ cwd: folder });
  const starving = setInterval(() => {
    const [worker] = childrenOf(process.pid, 'worker-main');
    if (worker === undefined || !io.err().includes(': met')) return;
    process.kill(worker.pid, 'SIGSTOP');
    setTimeout(() => isRunning(worker.pid) && process.kill(worker.pid, 'SIGCONT'), 60);
  }, 120);
  const range = ['--from', '100', '--precision', '100%'];
  const exit = await main([...FIXED, ...range, '--slo', 'latency.p50<=20ms'], io).finally(() =>
    clearInterval(starving),
  );
  expect(exit, io.err()).toBe(22);
  expect(stored().steps.map(({ load, verdict }) => [load, verdict])).toEqual([
    [100, 'met'],
    [200, 'generator'],
    [200, 'generator'],
  ]);
  expect(stored().answer).toEqual({ kind: 'at-least', load: 100, because: 'generator', at: 200 });
  expect(io.out().replaceAll(/\s+/g, ' ')).toMatch(
    /At least 100\/s; at 200\/s the load generator was the limit: the generator's own tasks ran \d+/,
  );
});

it.runIf(process.platform === 'linux')(
  'prints and keeps at Ctrl-C what it found so far, exits 130 and leaves no process',
  async () => {
    const bin = fileURLToPath(new URL('./bin.js', import.meta.url));
    const argv = [bin, ...FIXED, '--from', '50', '--slo', 'latency.p50<=50ms'];
    const child = spawn(process.execPath, argv, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    try {
      const out = text(child.stdout);
      for await (const line of createInterface({ input: child.stderr })) {
        if (line.includes('50/s: met')) break;
      }
      // Into the second step, where server and worker are up.
      await expect.poll(() => childrenOf(child.pid ?? 0, 'worker-main'), { timeout: 10_000 }).toHaveLength(1);
      const children = childrenOf(child.pid ?? 0);
      child.kill('SIGINT');
      expect(await once(child, 'exit')).toEqual([130, null]);
      expect((await out).replaceAll(/\s+/g, ' ')).toContain('At least 50/s; the search was interrupted.');
      expect(stored().steps).toHaveLength(1);
      expect(children.length).toBeGreaterThan(1);
      expect(children.filter(({ pid }) => isRunning(pid))).toEqual([]);
    } finally {
      child.kill('SIGKILL');
    }
  },
);

function isRunning(pid: number): boolean {
  return runningProcesses().some((seen) => seen.pid === pid);
}

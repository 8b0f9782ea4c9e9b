import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseResults } from '../reports/results/read.ts';
import { knownServer } from '../runners/selftest/known-server.ts';
import { main } from './main.ts';
import { fakeIo } from './testing/fake-io.ts';

/** Requests at even intervals over one WebSocket: the server takes 2 ms for each, so it can do 500 a second. */
const CAPACITY = 500;
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
  writeFileSync(join(folder, 'server.json'), JSON.stringify(knownServer(2)));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Searches with real processes; by medians, since the tail of a machine that others use is theirs. */
async function search(...flags: string[]) {
  const io = fakeIo({ cwd: folder });
  const fixed = ['--server', 'server.json', '--transports', 'websocket', '--duration', '2s', '--seed', '1'];
  const exit = await main(['capacity', 'known.json', ...fixed, '--out', 'out', ...flags], io);
  const results = parseResults(readFileSync(join(folder, 'out/results.json'), 'utf8'), 'results.json');
  const [found] = results.capacities ?? [];
  if (found === undefined) throw new Error(io.err());
  return { exit, found, out: io.out() };
}

// A stall of the machine's host is not the harness's; what the harness does wrong, it does each time.
it('finds a known capacity within 5 %, and prints the curve', { retry: 2 }, async () => {
  const { exit, found, out } = await search('--slo', 'latency.p50<=50ms', '--slo', 'messages.lost<=0');
  expect(exit, JSON.stringify(found.answer)).toBe(0);
  const { answer } = found;
  if (answer.kind !== 'found') throw new Error(out);
  expect(answer.load).toBeGreaterThanOrEqual(CAPACITY * 0.95);
  expect(answer.load).toBeLessThanOrEqual(CAPACITY * 1.05);
  expect(out).toContain('offered  delivered');
  for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
});

it('says that even the lowest load is too much', { retry: 2 }, async () => {
  const { exit, found } = await search('--from', '100', '--slo', 'latency.p50<=1ms');
  expect(found.steps).toHaveLength(1);
  expect([exit, found.answer]).toEqual([0, { kind: 'below', load: 100 }]);
});

it('says that the top of the range still meets everything', { retry: 2 }, async () => {
  const { exit, found } = await search('--from', '100', '--to', '200', '--slo', 'latency.p50<=50ms');
  expect(found.steps.map(({ load }) => load)).toEqual([100, 200]);
  expect([exit, found.answer]).toEqual([0, { kind: 'at-least', load: 200, because: 'top', at: null }]);
});

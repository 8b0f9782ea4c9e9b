import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { builtin } from '../scenarios/builtin.ts';
import { main } from './main.ts';
import { fakeIo } from './testing/fake-io.ts';

/** From measuring to a trend, by the commands as they are. */

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function wirebench(label: string, ...argv: string[]) {
  const io = fakeIo({ cwd: folder, env: { WIREBENCH_LABEL: label } });
  const exit = await main(argv, io);
  return { exit, out: io.out(), err: io.err() };
}

// A stall of the machine makes a trial invalid, and then it is in no number.
it('runs and a check of one server become one series', { retry: 2 }, async () => {
  // 10 clients, 40/s, a quarter of a second: a hundred deliveries.
  const [steady] = builtin('steady');
  const phases = { warmupMs: 50, measureMs: 250, drainMs: 1_000 };
  writeFileSync(
    join(folder, 'tiny.json'),
    JSON.stringify({ ...steady, name: 'tiny', connections: 10, phases }),
  );
  const same = ['--transports', 'sse', '--trials', '1', '--quiet'];
  const run = ['run', 'tiny.json', ...same, '--no-ceiling'];
  expect((await wirebench('one', ...run)).exit).toBe(0);
  expect((await wirebench('two', ...run)).exit).toBe(0);
  const sides = ['--base-server', 'reference', '--server', 'reference', '--scenario', 'tiny.json'];
  const check = await wirebench('three', 'check', ...sides, ...same, '--gate', 'bytes.perMessage <= +1%');
  // One block says nothing; that it was measured is enough here.
  expect([check.exit, check.out]).toEqual([0, expect.stringContaining('inconclusive: 1 gate of 1')]);

  const { exit, out, err } = await wirebench('', 'trend', '--format', 'json', '--metric', 'bytes.perMessage');
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  const { tracks } = JSON.parse(out);
  expect(tracks).toMatchObject([
    { scenario: 'tiny', server: 'reference', transport: 'sse', runs: 3, leftOut: 0 },
  ]);
  const [{ points }] = tracks[0].series;
  expect(points.map(({ label }: { label: string }) => label)).toEqual(['one', 'two', 'three']);
  // The same 200 B, in the same frames, with what little the opening of 10 streams adds to 100 messages.
  for (const { value } of points) expect(Math.abs(value / points[0].value - 1)).toBeLessThan(0.1);
  expect(readFileSync(join(folder, 'results/history.ndjson'), 'utf8').trim().split('\n')).toHaveLength(3);
});

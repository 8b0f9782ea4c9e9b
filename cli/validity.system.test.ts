import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busyEnvironment, coresGiven } from '../runners/testing/busy.ts';
import { wirebench } from './testing/program.ts';

/** What the terminal says of trials that can be doubted: which numbers, and what to change. */

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-validity-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

// What else runs on the machine takes its share, and a stall of its host too.
describe('run exits 0 and says which numbers to be careful with', { retry: 2 }, () => {
  it('where 20 samples carry no percentile, which the table then withholds', async () => {
    const few = ['--connections', '1', '--rate', '20', '--duration', '1s', '--seed', '3', '--out', 'out'];
    writeFileSync(
      join(folder, 'few.json'),
      JSON.stringify({
        name: 'few',
        question: 'What do 20 samples carry?',
        workload: {
          kind: 'push',
          origin: 'publisher',
          audience: 'all',
          payloadBytes: 100,
          schedule: { kind: 'constant', perSecond: 20 },
        },
        connections: 1,
        phases: { warmupMs: 100, measureMs: 1_000 },
      }),
    );
    const flags = ['--transports', 'sse,websocket', '--trials', '1', '--no-ceiling'];
    const { exit, out, said } = await wirebench(['run', 'few.json', ...flags, ...few], { folder });
    expect(exit).toBe(0);
    expect(said).toContain(
      'SSE and WebSocket are doubtful (few-samples): 20 samples do not carry a median; 40 would (2 of 2 trials) ' +
        '→ be careful with their latency.* in few; measure longer than 1 s (--duration) or raise --rate',
    );
    expect(out).toMatch(/^SSE +- +- /m);
    expect(out).toMatch(/^WebSocket +- +- /m);
    // People do not get them; programs do, beside the warning.
    const { rows, trials } = JSON.parse(
      (await wirebench(['report', 'out', '--format', 'json'], { folder })).out,
    );
    const p999 = rows.find(({ metric }: { metric: string }) => metric === 'latency.p999');
    expect(p999.values).toEqual([expect.any(Number)]);
    expect(trials[0].warnings).toMatchObject([{ code: 'few-samples' }]);
    for (const format of ['text', 'markdown']) {
      const { out: shown } = await wirebench(['report', 'out', '--format', format], { folder });
      expect(shown).not.toMatch(/99\.9|p999/);
    }
  });

  it.runIf(process.platform === 'linux' && availableParallelism() >= 2)(
    'where more processes are busy than there are cores',
    async ({ skip }) => {
      const cores = await coresGiven();
      skip(cores < 1.6, `two busy threads get ${cores.toFixed(1)} cores of this machine`);
      // Server, publisher and worker each want more than a core, and have two in all.
      const env = busyEnvironment(['reference/main', 'publisher-main', 'worker-main']);
      const under = ['taskset', '-c', '0,1'];
      const trial = ['run', 'live-feed', '--rate', '100', '--trials', '1', '--no-ceiling'];
      const flags = ['--transports', 'sse', '--connections', '3', '--duration', '2s'];
      const { said } = await wirebench([...trial, ...flags], { folder, under, env });
      expect(said).toMatch(/SSE is doubtful \(crowded-cores\): 3 processes were busy on 2 cores/);
      expect(said).toContain(
        'be careful with its latency.p99, latency.max and server.cpuUsPerMessage in live-feed',
      );
    },
  );
});

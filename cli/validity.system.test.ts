import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busyEnvironment, coresGiven } from '../runners/testing/busy.ts';

/** What the terminal says of trials that cannot be believed: which numbers, and what to change. */

const BIN = fileURLToPath(new URL('./bin.js', import.meta.url));
const FAULTY = fileURLToPath(new URL('../runners/testing/faulty-server-main.js', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-validity-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Surroundings {
  /** What runs the program: a shell with a limit, a set of cores. */
  readonly under?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `wirebench` to its end; `said` is its standard output as one line. */
async function wirebench(argv: readonly string[], { under = [], env = {} }: Surroundings = {}) {
  const [program = '', ...args] = [...under, process.execPath, BIN, ...argv];
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    const [out, err, [exit]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit'),
    ]);
    return { exit, out, err, said: out.replaceAll(/\s+/g, ' ') };
  } finally {
    child.kill('SIGKILL');
  }
}

/** One short trial of a live feed. */
const TRIAL = ['run', 'live-feed', '--rate', '100', '--trials', '1', '--no-ceiling'];

/** The flags for a server with one fault; see the file that it is. */
function onFaulty(fault: string): string[] {
  const file = join(folder, 'server.json');
  writeFileSync(file, JSON.stringify({ name: 'faulty', command: [process.execPath, FAULTY, fault] }));
  return ['--server', file];
}

describe('run exits 22 and says which numbers not to trust and what to change', () => {
  it.each([
    [
      'loses',
      'Polling and SSE are invalid (lost): ',
      'do not trust their latency.*, delivered.perSecond and bytes.perMessage in live-feed; look at the server',
    ],
    [
      'duplicates',
      '(duplicated): ',
      'do not trust their bytes.* and requests.* in live-feed; run `wirebench verify`',
    ],
    [
      'reorders',
      '(reordered): ',
      'do not trust their latency.* and service.* in live-feed; run `wirebench verify`',
    ],
    [
      'refuses publishing',
      '(unsent): ',
      'do not trust their latency.*, messages.* and delivered.perSecond in live-feed; the server refused messages',
    ],
    ['garbles', '(faults): ', 'in live-feed; run `wirebench verify` on the server'],
    ['stamps ahead', '(negative-latency): ', 'run publisher and clients on one host'],
  ])('on a server that %s', async (fault, evidence, advice) => {
    const arms = ['--transports', 'polling,sse', '--connections', '3', '--seed', '1', '--duration', '500ms'];
    const { exit, said } = await wirebench([...TRIAL, ...arms, ...onFaulty(fault)]);
    expect(said).toContain(evidence);
    expect(said).toContain(advice);
    expect(exit).toBe(22);
  });

  it.runIf(process.platform === 'linux')('where descriptors do not last for all connections', async () => {
    const under = ['bash', '-c', 'ulimit -n 200; exec "$@"', 'limited'];
    // One server process and one worker, or there would be as many as the descriptors ask for.
    const workload = {
      kind: 'push',
      origin: 'publisher',
      audience: 'all',
      payloadBytes: 100,
      schedule: { kind: 'constant', perSecond: 100 },
    };
    const one = { name: 'live-feed', question: 'How many?', workload, connections: 300, shards: 1 };
    writeFileSync(join(folder, 'one.json'), JSON.stringify({ ...one, phases: { measureMs: 500 } }));
    const { exit, said } = await wirebench(
      ['run', 'one.json', '--transports', 'sse', '--trials', '1', '--no-ceiling', '--workers', '1'],
      { under },
    );
    expect(said).toMatch(
      /SSE is invalid \(connections\): 1\d\d of 300 connections were opened; the first could not/,
    );
    expect(said).toContain('do not trust its connect.*, latency.*, bytes.* and server.* in live-feed');
    expect(said).toContain('raise what limits them, such as the descriptor limit (ulimit -n)');
    expect(exit).toBe(22);
  });
});

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
        phases: { measureMs: 1_000 },
      }),
    );
    const flags = ['--transports', 'sse,websocket', '--trials', '1', '--no-ceiling'];
    const { exit, out, said } = await wirebench(['run', 'few.json', ...flags, ...few]);
    expect(exit).toBe(0);
    expect(said).toContain(
      'SSE and WebSocket are doubtful (few-samples): 20 samples do not carry a median; 40 would (2 of 2 trials) ' +
        '→ be careful with their latency.* in few; measure longer than 1 s (--duration) or raise --rate',
    );
    expect(out).toMatch(/^SSE +- +- /m);
    expect(out).toMatch(/^WebSocket +- +- /m);
    // People do not get them; programs do, beside the warning.
    const { rows, trials } = JSON.parse((await wirebench(['report', 'out', '--format', 'json'])).out);
    const p999 = rows.find(({ metric }: { metric: string }) => metric === 'latency.p999');
    expect(p999.values).toEqual([expect.any(Number)]);
    expect(trials[0].warnings).toMatchObject([{ code: 'few-samples' }]);
    for (const format of ['text', 'markdown']) {
      const { out: shown } = await wirebench(['report', 'out', '--format', format]);
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
      const flags = ['--transports', 'sse', '--connections', '3', '--duration', '2s'];
      const { said } = await wirebench([...TRIAL, ...flags], { under, env });
      expect(said).toMatch(/SSE is doubtful \(crowded-cores\): 3 processes were busy on 2 cores/);
      expect(said).toContain(
        'be careful with its latency.p99, latency.max and server.cpuUsPerMessage in live-feed',
      );
    },
  );
});

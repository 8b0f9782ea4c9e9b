import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseResults } from '../../reports/results/read.ts';
import type { Results } from '../../reports/results/schema.ts';
import { RunFolder } from '../../reports/runs/folder.ts';
import { renderLiveParts } from '../../reports/runs/page.ts';
import type { CapacityEvent } from '../../runners/capacity/capacity.ts';
import { main } from '../main.ts';
import type { Rooms } from '../rooms.ts';
import { type FakeIo, fakeIo } from '../testing/fake-io.ts';
import { type Queue, queueRooms } from '../testing/queue.ts';

/** The command with a queue of 10 ms in the place of processes: 100 requests a second and no more. */

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-capacity-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const SLO = ['--slo', 'latency.p50<=50ms', '--slo', 'messages.lost<=0'];

interface Called {
  readonly argv?: readonly string[];
  readonly queue?: Queue;
  readonly connections?: number;
  /** Told of everything that happens, beside the command. */
  readonly beside?: (event: CapacityEvent, io: FakeIo) => void;
  /** Awaited after every step, before the search goes on. */
  readonly meanwhile?: (results: Results, io: FakeIo) => Promise<void>;
}

async function call({
  argv = [],
  queue = { serviceMs: 10 },
  connections = 1,
  beside,
  meanwhile,
}: Called = {}) {
  const scenario = {
    name: 'known',
    question: 'How many requests can it answer?',
    workload: {
      kind: 'request',
      payloadBytes: 64,
      schedule: { kind: 'constant', perSecond: 60 / connections },
    },
    connections,
    phases: { warmupMs: 500, measureMs: 2_000, drainMs: 500 },
  };
  writeFileSync(join(folder, 'known.json'), JSON.stringify(scenario));
  const io = fakeIo({ cwd: folder });
  const plain = queueRooms(queue);
  const rooms: Rooms = {
    ...plain,
    measureCapacity: (options) =>
      plain.measureCapacity({
        ...options,
        onEvent: (event) => {
          options.onEvent?.(event);
          beside?.(event, io);
        },
        save: async (results) => {
          await options.save?.(results);
          await meanwhile?.(results, io);
        },
      }),
  };
  const fixed = ['--transports', 'websocket', '--duration', '2s', '--seed', '1', '--out', 'out'];
  const exit = await main(['capacity', 'known.json', ...fixed, ...argv], io, rooms);
  return { exit, out: io.out(), err: io.err(), said: io.out().replaceAll(/\s+/g, ' ') };
}

/** What a command says of what was stored. */
async function report(format: string): Promise<string> {
  const io = fakeIo({ cwd: folder });
  expect(await main(['report', 'out', '--format', format], io)).toBe(0);
  return io.out();
}

function stored() {
  return parseResults(readFileSync(join(folder, 'out/results.json'), 'utf8'), 'results.json');
}

describe('capacity', () => {
  it('prints what it found, stores it, and exits 0', async () => {
    const { exit, out, err, said } = await call({ argv: SLO });
    expect(exit).toBe(0);
    expect(said).toContain('the highest rate with latency.p50 <= 50ms and messages.lost <= 0, to 5 %');
    expect(said).toContain(
      '101/s; at 105/s: latency.p50 84.3 ms, not <= 50 ms; fell behind: latency grew by 100 ms in 2 s.',
    );
    for (const line of out.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(err.split('\n')).toEqual([
      expect.stringMatching(/^known · websocket · reference · 60\/s: met \(/),
      expect.stringMatching(/^known · websocket · reference · 120\/s: missed: latency\.p50 .*fell behind: /),
      ...Array.from({ length: 4 }, () => expect.stringMatching(/\/s: (?:met|missed)/)),
      expect.stringMatching(/^known · websocket · reference: 101\/s; at 105\/s: /),
      'results.json and report.html are in out',
      '',
    ]);
    expect(stored().capacities).toMatchObject([{ answer: { kind: 'found', load: 101, missedAt: 105 } }]);
  });

  it('is quiet when asked to be, and then measures just the same', async () => {
    const { exit, err, said } = await call({ argv: [...SLO, '--quiet'] });
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(said).toContain('101/s; at 105/s');
  });

  it('says what the rates of several sources come to', async () => {
    const { said } = await call({ argv: SLO, connections: 4 });
    expect(said).toContain('the highest rate of each source with');
    expect(said).toMatch(/ 25\.2\/s from each of 4 sources, 101\/s in all; at 26\.3\/s: /);
    expect(await report('markdown')).toContain('| Rate of each source |');
  });

  it('prints the searches and no more for --dry-run', async () => {
    const { exit, out, err } = await call({ argv: [...SLO, '--dry-run', '--to', '600'] });
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(
      /^1\. known · websocket · reference: 60\/s to 600\/s, latency\.p50 <= 50ms and messages\.lost <= 0, at most 20 steps 1 search, at most \d+:\d\d $/,
    );
    const two = await call({ argv: [...SLO, '--dry-run', '--transports', 'sse,websocket'] });
    expect(two.said).toContain(' 2 searches, at most ');
    const { out: json } = await call({ argv: [...SLO, '--dry-run', '--json'] });
    expect(JSON.parse(json).searches).toMatchObject([{ transport: 'websocket', range: { from: 60 } }]);
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });

  it.each([
    [['--from', '200'], 'Less than 200/s, the lowest that was tried: latency.p50', 0],
    [['--to', '90'], 'At least 90/s, which is the top of the range', 0],
  ])('exits 0 where %s says something of the server', async (argv, sentence, code) => {
    const { exit, said } = await call({ argv: [...SLO, ...argv] });
    expect(said).toContain(sentence);
    expect(exit).toBe(code);
  });

  it('never gives the limit of the generator for the capacity of the server, and exits 22', async () => {
    const { exit, said } = await call({ argv: SLO, queue: { serviceMs: 1, generatorPerSecond: 100 } });
    expect(exit).toBe(22);
    expect(said).toMatch(
      /At least 8\d\.\d\/s; at 9\d\.\d\/s the load generator was the limit: a worker used 9\d % of a core\./,
    );
    const { steps, answer } = stored().capacities?.[0] ?? {};
    expect(answer).toMatchObject({ kind: 'at-least', because: 'generator' });
    // Beyond its limit each load was tried twice, and no step says that the server missed.
    const beyond = steps?.filter(({ load }) => load >= 90).map(({ verdict }) => verdict) ?? [];
    expect(beyond.length).toBeGreaterThan(2);
    expect(new Set(beyond)).toEqual(new Set(['generator']));
  });

  it('is in flight for view while it searches, and not after', async () => {
    const runs = new RunFolder(folder);
    let seen = '';
    const { exit } = await call({
      argv: [...SLO, '--quiet'],
      async meanwhile({ capacities }, { now }) {
        if (capacities?.[0]?.steps.length !== 3) return;
        const look = async () => {
          seen = renderLiveParts(await runs.list(now()), now())['in-flight'].replaceAll(/<[^>]*>/g, '');
          return seen;
        };
        await expect.poll(look).toContain('step 3: known by WebSocket at 84.9 messages/s, measuring');
      },
    });
    expect(seen).toMatch(/^\s*In flight\s+out\s+Search 1 of 1, .*So far60\/s met, 120\/s missed\s*$/s);
    expect(exit).toBe(0);
    expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['report.html', 'results.json']);
  });

  it('is not in flight any more where it broke off', async () => {
    let there = false;
    const { exit } = await call({
      argv: SLO,
      async meanwhile() {
        await expect.poll(() => existsSync(join(folder, 'out/progress.json'))).toBe(true);
        there = true;
        throw new TypeError('a bug');
      },
    });
    expect({ exit, there }).toEqual({ exit: 1, there: true });
    expect(readdirSync(join(folder, 'out'))).toEqual(['results.json']);
  });

  it('prints and stores at Ctrl-C what was found so far, and exits 130', async () => {
    const { exit, said, err } = await call({
      argv: SLO,
      beside(event, io) {
        if (event.kind === 'step-done' && event.step.load === 120) io.interrupt();
      },
    });
    expect(exit).toBe(130);
    expect(said).toContain('At least 60/s and less than 120/s; the search was interrupted.');
    expect(err).toContain('stopping; the finished steps are kept\n');
    expect(stored().capacities?.[0]?.steps.map(({ load }) => load)).toEqual([60, 120]);
    expect(readFileSync(join(folder, 'out/report.html'), 'utf8')).toContain('the search was interrupted');
    expect(existsSync(join(folder, 'out/progress.json'))).toBe(false);
  });

  it('leaves nothing at a Ctrl-C before the first step is done, and exits 130', async () => {
    const rooms = queueRooms({ serviceMs: 10 });
    const io = fakeIo({ cwd: folder });
    io.interrupt();
    const argv = ['capacity', 'request-reply', ...SLO, '--out', 'out'];
    expect(await main(argv, io, rooms)).toBe(130);
    expect(io.err()).toContain('no step was finished\n');
    expect(existsSync(join(folder, 'out'))).toBe(false);
  });
});

describe('report of a search', () => {
  const said = { json: '', csv: '', markdown: '', html: '' };
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wirebench-capacity-'));
    await call({ argv: SLO });
    for (const format of ['json', 'csv', 'markdown', 'html'] as const) said[format] = await report(format);
    rmSync(folder, { recursive: true });
  });

  it('has every step in JSON, with the curve and why', async () => {
    const { capacities } = JSON.parse(said.json);
    expect(capacities).toMatchObject([
      {
        scenario: 'known',
        transport: 'websocket',
        server: 'reference',
        by: 'rate',
        objectives: ['latency.p50<=50ms', 'messages.lost<=0'],
        answer: { kind: 'found', load: 101, missedAt: 105 },
      },
    ]);
    const [{ steps }] = capacities;
    expect(steps.map(({ load }: { load: number }) => load)).toEqual([60, 84.9, 101, 105, 110, 120]);
    expect(steps.at(-1)).toMatchObject({ verdict: 'missed', offeredPerSecond: 120 });
    // A server of 100/s delivers 100/s of 120/s.
    expect(steps.at(-1).deliveredPerSecond).toBeCloseTo(100, 0);
  });

  it('has a record for each step and metric in CSV, with its load and verdict', async () => {
    const [header, ...records] = said.csv.trimEnd().split('\r\n');
    expect(header).toBe('scenario,transport,server,block,validity,metric,unit,better,value,by,load,verdict');
    const offered = records.filter((record) => record.includes('step.offeredPerSecond'));
    expect(offered).toContain(
      'known,websocket,reference,1,valid,step.offeredPerSecond,1/s,none,120,rate,120,missed',
    );
    expect(offered).toHaveLength(6);
  });

  it('has the answer and a row for each step in Markdown', async () => {
    expect(said.markdown).toContain('## Capacity: known, WebSocket on reference');
    expect(said.markdown).toMatch(
      /^\| Rate \| Offered \| Delivered \| latency\.p50 \| messages\.lost \| Step \| Why \|$/m,
    );
    expect(said.markdown).toMatch(/^\| 60\/s \| 60\/s \| 60\/s \| 10 ms \| 0 \| met \| {2}\|$/m);
  });

  // The page is long, and not what anybody wants to read when this fails.
  it.each([
    ['its question', 'How much load each server carries and still meets its objectives'],
    ['the answer', '101/s; at 105/s: latency.p50'],
    ['the curve', 'Offered against delivered'],
    ['every step', 'WebSocket, 105/s'],
  ])('has %s in HTML', (_, text) => {
    expect(said.html.includes(text)).toBe(true);
  });

  it('draws the line of a search that is the only one', () => {
    expect(/stroke="var\(--websocket\)" stroke-width="2.4"/.test(said.html)).toBe(true);
    // As an attribute: the packed parts of the page may spell anything.
    expect(said.html.includes('="NaN"')).toBe(false);
  });
});

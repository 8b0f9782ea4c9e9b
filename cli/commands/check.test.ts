import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome, Results, Trial } from '../../reports/results/schema.ts';
import {
  completed,
  encoded,
  measurements,
  NO_BYTES,
  results as resultsOf,
  trial as trialOf,
} from '../../reports/testing/results.ts';
import { BaselineError } from '../../runners/baseline/worktree.ts';
import { throughBlocks } from '../../runners/blocks.ts';
import type { PlannedTrial } from '../../runners/plan.ts';
import type { RunOptions } from '../../runners/run.ts';
import { main } from '../main.ts';
import { ROOMS, type Rooms } from '../rooms.ts';
import { type FakeIo, fakeIo } from '../testing/fake-io.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-check-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** What a side is like. */
interface Side {
  readonly latencyMs: number;
  readonly bytes: number;
}

const SAME: Side = { latencyMs: 5, bytes: 212 };
const LOST = [{ code: 'lost', level: 'invalid', message: '3 of 10,000 messages never arrived' }] as const;
const LATE = [
  { code: 'late-generator', level: 'invalid', message: "the generator's own tasks ran 24.0 ms late at p99" },
] as const;

const histograms = new Map<number, string>();

/** Ten thousand deliveries, each block a little slower than the one before. */
function outcomeOf({ latencyMs, bytes }: Side, block: number): Outcome {
  const key = latencyMs * 1_000 + block;
  const latency =
    histograms.get(key) ??
    encoded(Array.from({ length: 10_000 }, (_, index) => latencyMs * (1_000 + (index % 50) + block)));
  histograms.set(key, latency);
  const empty = measurements();
  return completed({
    ...empty,
    histograms: { ...empty.histograms, latency },
    messages: { ...empty.messages, expected: 10_000, received: 10_000 },
    bytes: { up: NO_BYTES, down: { ...NO_BYTES, payload: bytes * 10_000 } },
    processes: [{ role: 'server', cpuUs: 100_000 * (1 + (block % 3) / 100), rssBytes: 1, rssBeforeBytes: 1 }],
  });
}

/** A run without processes, whose trials are what the sides are told to be. */
function fakeRun(
  outcome: (server: string, block: number, transport: string) => Outcome,
  between: (trials: number) => void = () => {},
): Rooms['run'] {
  return async (options: RunOptions) => {
    let results: Results = resultsOf([], { seed: options.seed, commandLine: [...options.commandLine] });
    const { startedAt } = results;
    const aborted = new Error('aborted');
    const measure = async ({
      scenario,
      transport,
      server: { name: server },
      block,
      order,
      seed,
    }: PlannedTrial) => {
      between(results.trials.length);
      if (options.signal?.aborted) throw aborted;
      return {
        scenario,
        transport,
        server,
        block,
        order,
        seed,
        startedAt,
        outcome: outcome(server, block, transport),
      };
    };
    try {
      for await (const soFar of throughBlocks(options, results, options, measure)) results = soFar;
    } catch (error) {
      if (error !== aborted) throw error;
    }
    return results;
  };
}

const run = (candidate: Side) =>
  fakeRun((server, block) => outcomeOf(server === 'candidate' ? candidate : SAME, block));

async function check(
  argv: readonly string[],
  rooms: Partial<Rooms> = {},
  io: FakeIo = fakeIo({ cwd: folder }),
) {
  const code = await main(['check', ...argv], io, { ...ROOMS, run: run(SAME), ...rooms });
  return { code, out: io.out(), err: io.err() };
}

const SERVERS = [
  '--base-server',
  'reference',
  '--server',
  'reference',
  '--transports',
  'sse',
  '--out',
  'out',
  '--seed',
  '1',
];
const read = (file: string) => readFileSync(join(folder, 'out', file), 'utf8');

/** Each verdict is decided for real, which takes a busy machine seconds; none of this is a matter of time. */
const PATIENT = { timeout: 60_000 };

describe('check, of two servers', PATIENT, () => {
  it('passes what is the same at the first look', async () => {
    const { code, out, err } = await check(SERVERS);
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/pass: 5 gates shown to be within the margin after 10 blocks\n$/),
    ]);
    expect(err).toContain('results.json, report.html, verdict.json, verdict.md, junit.xml are in out');
  });

  it.each([
    ['30 % slower', { ...SAME, latencyMs: 6.5 }, 'steady · sse · latency.p50 and steady · sse · latency.p99'],
    ['5 % heavier', { ...SAME, bytes: 223 }, 'steady · sse · bytes.perMessage'],
  ])('ends with 20 for a server that is %s', async (_, side, gates) => {
    const { code, out } = await check(SERVERS, { run: run(side) });
    expect([code, out]).toEqual([20, expect.stringContaining(`regressed: ${gates}`)]);
    expect(JSON.parse(read('verdict.json'))).toMatchObject({ answer: 'regressed', seed: 1, blocks: 10 });
    expect(read('junit.xml')).toContain('<failure ');
    expect(read('verdict.md')).toContain('wirebench check: regressed');
    expect(JSON.parse(read('results.json')).trials).toHaveLength(20);
  });

  it('looks three times before it says that it cannot tell, and fails then only if asked to', async () => {
    // The middle is at the margin.
    const side = { run: run({ ...SAME, latencyMs: 5.5 }) };
    const { code, out } = await check([...SERVERS, '--gate', 'latency.p50 <= +10%'], side);
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('inconclusive: 1 gate of 1 cannot be told after 20 blocks'),
    ]);
    expect(
      (await check([...SERVERS, '--gate', 'latency.p50 <= +10%', '--fail-on-inconclusive'], side)).code,
    ).toBe(21);
  });

  it('takes three blocks where everything is counted', async () => {
    const { code } = await check([...SERVERS, '--gate', 'bytes.perMessage <= +1%'], {
      run: run({ ...SAME, bytes: 223 }),
    });
    expect([code, JSON.parse(read('verdict.json')).blocks]).toEqual([20, 3]);
  });

  it.each([
    ['lost', completed(measurements(), LOST), 'lost: 3 of 10,000 messages never arrived'],
    ['failed', { status: 'failed', stage: 'connect', reason: 'refused' }, 'refused'],
    ['skipped', { status: 'skipped', reason: 'does not serve sse' }, 'does not serve sse'],
  ] as const)('is invalid, and stops, when the candidate %s', async (_, bad, problem) => {
    const outcome = (server: string, block: number) =>
      server === 'candidate' && block === 2 ? bad : outcomeOf(SAME, block);
    const { code, out } = await check(SERVERS, { run: fakeRun(outcome) });
    expect([code, out]).toEqual([22, expect.stringContaining(problem.split(' ')[0] ?? '')]);
    expect(JSON.parse(read('verdict.json'))).toMatchObject({ answer: 'invalid', blocks: 3 });
  });

  it('measures a block again that the generator spoiled, both sides of it, and says so everywhere', async () => {
    let late = 0;
    const outcome = (server: string, block: number) =>
      server === 'baseline' && block === 4 && late++ === 0
        ? completed(measurements(), LATE)
        : outcomeOf(SAME, block);
    const io = fakeIo({ cwd: folder, env: { GITHUB_ACTIONS: 'true' } });
    const { code, out, err } = await check(SERVERS, { run: fakeRun(outcome) }, io);
    expect([code, out]).toEqual([0, expect.stringContaining('pass: 5 gates')]);
    const { repeated, trials } = JSON.parse(read('results.json'));
    expect([trials.length, repeated[0].trials.length]).toEqual([20, 2]);
    expect(JSON.parse(read('verdict.json'))).toMatchObject({
      blocks: 10,
      repeated: [{ block: 4, reasons: [expect.stringContaining('baseline: late-generator: the generator')] }],
    });
    const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
    for (const said of [out, err, ...['verdict.md', 'junit.xml', 'report.html'].map(read)]) {
      expect(flat(said)).toContain('Block 5 was measured again: steady · sse · baseline: late-generator');
    }
  });

  it('ends with 22 where the generator is late again and again, or by one side alone', async () => {
    const always = (side: string) => (server: string, block: number) =>
      server === side ? completed(measurements(), LATE) : outcomeOf(SAME, block);
    const { code, out } = await check(SERVERS, { run: fakeRun(always('candidate')) });
    expect([code, out.replaceAll(/\s+/g, ' ')]).toEqual([
      22,
      expect.stringContaining('5 of 5 spoiled blocks were so by the candidate alone'),
    ]);
    expect(JSON.parse(read('verdict.json'))).toMatchObject({ answer: 'invalid', blocks: 1 });
    expect((await check([...SERVERS, '--trials', '3'], { run: fakeRun(always('baseline')) })).out).toContain(
      '1 block of 3 was measured again',
    );
  });

  it("adds the candidate's trials to the history, under its server's name", async () => {
    const io = fakeIo({ cwd: folder, env: { WIREBENCH_LABEL: 'abc' } });
    const { code } = await check(
      [...SERVERS, '--history', 'history.ndjson'],
      { run: run({ ...SAME, bytes: 223 }) },
      io,
    );
    expect(code).toBe(20);
    const [line = '', ...more] = readFileSync(join(folder, 'history.ndjson'), 'utf8').trim().split('\n');
    const { label, arms } = JSON.parse(line);
    expect([more, label, arms.length]).toEqual([[], 'abc', 1]);
    expect(arms[0]).toMatchObject({ server: 'reference', transport: 'sse', trials: 10 });
    expect(arms[0].metrics['bytes.perMessage']).toEqual(Array(10).fill(223));
  });

  it('begins a history by itself where its results go by themselves, and none beside --out', async () => {
    const history = join(folder, 'results/history.ndjson');
    await check(SERVERS);
    expect(existsSync(history)).toBe(false);
    await check(SERVERS.filter((word) => !['--out', 'out'].includes(word)));
    expect(existsSync(history)).toBe(true);
  });

  it('leaves out a transport that nobody asked for and neither side has, and says so', async () => {
    const skipped: Outcome = { status: 'skipped', reason: 'mine does not serve websocket' };
    const untold = SERVERS.filter((word) => !['--transports', 'sse'].includes(word));
    const without = (sides: readonly string[]): Rooms['run'] =>
      fakeRun((server, block, transport) =>
        transport === 'websocket' && sides.includes(server) ? skipped : outcomeOf(SAME, block),
      );
    const both = await check(untold, { run: without(['baseline', 'candidate']) });
    expect([both.code, both.out.replaceAll(/\s+/g, ' ')]).toEqual([
      0,
      expect.stringContaining('steady · websocket is not measured: neither side has it'),
    ]);
    expect((await check(untold, { run: without(['candidate']) })).code).toBe(22);
    const asked = [...untold, '--transports', 'sse,websocket'];
    expect((await check(asked, { run: without(['baseline', 'candidate']) })).code).toBe(22);
    const gated = [...untold, '--gate', 'websocket bytes.perMessage <= +1%'];
    expect((await check(gated, { run: without(['baseline', 'candidate']) })).code).toBe(22);
  });

  it('is invalid without a trial', async () => {
    const nothing: Rooms['run'] = async () => resultsOf([]);
    expect((await check(SERVERS, { run: nothing })).code).toBe(22);
  });

  it('is interrupted without a verdict, and keeps what is finished', async () => {
    const io = fakeIo({ cwd: folder });
    const interrupted = fakeRun(
      (_, block) => outcomeOf(SAME, block),
      (trials) => trials === 5 && io.interrupt(),
    );
    const { code, out } = await check(SERVERS, { run: interrupted }, io);
    expect([code, out]).toEqual([130, '']);
    expect(JSON.parse(read('results.json')).trials).toHaveLength(5);
    expect(existsSync(join(folder, 'out', 'verdict.json'))).toBe(false);
  });

  it('says nothing like a verdict when it breaks', async () => {
    const broken: Rooms['run'] = async () => Promise.reject(new TypeError('a bug'));
    expect(await check(SERVERS, { run: broken })).toMatchObject({ code: 1, out: '' });
  });

  it('prints JSON, or annotations alone', async () => {
    expect(JSON.parse((await check([...SERVERS, '--json'])).out)).toMatchObject({
      schema: 'wirebench/verdict@1',
    });
    expect((await check([...SERVERS, '--format', 'github'])).out).toMatch(
      /^::notice title=wirebench check::pass.*\n$/,
    );
  });

  it('tells a GitHub workflow by annotations and in the summary of the step', async () => {
    const summary = join(folder, 'summary.md');
    writeFileSync(summary, 'before\n');
    const io = fakeIo({ cwd: folder, env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary } });
    const { code, err } = await check(SERVERS, { run: run({ ...SAME, bytes: 223 }) }, io);
    expect([code, err]).toEqual([
      20,
      expect.stringContaining('::error title=steady · sse · bytes.perMessage::'),
    ]);
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n<!-- wirebench check -->\n/);
  });

  it('keeps its verdict where the summary cannot be written', async () => {
    const io = fakeIo({ cwd: folder, env: { GITHUB_STEP_SUMMARY: folder } });
    expect(await check(SERVERS, {}, io)).toMatchObject({
      code: 0,
      err: expect.stringContaining('cannot be written'),
    });
  });

  it('shows its plan', async () => {
    const { code, out } = await check([...SERVERS, '--dry-run']);
    expect([code, out]).toEqual([0, expect.stringMatching(/40 trials, at most \d:\d\d\n$/)]);
  });

  it.each([
    [[], 'there is no baseline: give --base-ref'],
    [['--server', 'reference'], 'there is no baseline'],
    [['--base-server', 'reference'], '--server is missing'],
    [['--base-ref', 'main', '--base-server', 'reference', '--server', 'x.json'], 'two baselines'],
    [['--base-server', 'reference', '--server', 'reference', '--build', 'make'], '--build says how'],
    [['--base-ref', 'main', '--server', 'reference'], 'needs a server file of this repository'],
    [['--base-ref', 'main', '--server', '../x.json'], 'not below this folder'],
    [[...SERVERS, '--gate', 'latncy.p50 <= +1%'], 'did you mean "latency.p50"'],
    [[...SERVERS, '--trials', '0'], '--trials needs a whole number'],
    [['a.json'], 'name the results to hold against it'],
    [['a.json', 'b.json', '--history', 'h'], '--history says how to measure'],
    [['a.json', 'b.json', '--trials', '3'], '--trials says how to measure'],
  ])('refuses %j', async (argv, message) => {
    expect(await check(argv)).toMatchObject({ code: 2, out: '', err: expect.stringContaining(message) });
  });
});

describe('check, of a commit', PATIENT, () => {
  const REF = ['--base-ref', 'main', '--server', 'server.json', '--transports', 'sse', '--out', 'out'];
  const server = JSON.stringify({ name: 'mine', command: ['true'] });
  const checkOut = (removed: () => void, files = true): Rooms['checkOutBaseline'] => {
    return async () => {
      const there = mkdtempSync(join(folder, 'tree-'));
      if (files) writeFileSync(join(there, 'server.json'), server);
      return { folder: there, commit: '1a2b3c4d5e', remove: async () => removed() };
    };
  };

  it('measures the same server file in both places, and takes the folder away', async () => {
    writeFileSync(join(folder, 'server.json'), server);
    let removed = 0;
    const rooms = { checkOutBaseline: checkOut(() => (removed += 1)) };
    const { code, out, err } = await check(REF, rooms);
    expect([code, removed]).toEqual([0, 1]);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      'server.json (working tree, not built here) against server.json at main (1a2b3c4)',
    );
    expect(err).toContain('server.json of the working tree is measured as it is; if it needs a build');
    expect((await check(REF, { ...rooms, run: () => Promise.reject(new TypeError('a bug')) })).code).toBe(1);
    expect(removed).toBe(2);
  });

  it.each([
    ['flag', ['--build', ''], {}, {}, ''],
    ['file', [], {}, { check: { build: '' } }, ''],
    ['flag over a file', ['--build', ''], {}, { check: { build: 'make' } }, ''],
    // A workflow that leaves an input out sets its variable to nothing.
    ['variable', [], { WIREBENCH_BUILD: '' }, {}, null],
    ['variable over a file', [], { WIREBENCH_BUILD: '' }, { check: { build: 'make' } }, 'make'],
    [
      'variable that does nothing over a file',
      [],
      { WIREBENCH_BUILD: ':' },
      { check: { build: 'make' } },
      ':',
    ],
  ])(
    'builds nothing for an empty command, but for that of a variable, which is none: %s',
    async (_, argv, env, config, expected) => {
      writeFileSync(join(folder, 'server.json'), server);
      writeFileSync(join(folder, 'wirebench.config.json'), JSON.stringify(config));
      const builds: (string | null)[] = [];
      const checkOutBaseline: Rooms['checkOutBaseline'] = ({ build }) => {
        builds.push(build);
        return Promise.reject(new BaselineError('--base-ref main: no such commit'));
      };
      await check([...REF, ...argv], { checkOutBaseline }, fakeIo({ cwd: folder, env }));
      expect(builds).toEqual([expected]);
    },
  );

  it('has no baseline where the commit has no such server, or is none', async () => {
    writeFileSync(join(folder, 'server.json'), server);
    let removed = 0;
    const missing = await check(REF, { checkOutBaseline: checkOut(() => (removed += 1), false) });
    expect([missing.code, removed]).toEqual([23, 1]);
    expect(missing.err).toContain(
      'commit 1a2b3c4 has no server.json to be the baseline; commit it there first',
    );
    const unknown = {
      checkOutBaseline: () => Promise.reject(new BaselineError('--base-ref main: no such commit')),
    };
    expect(await check(REF, unknown)).toMatchObject({ code: 23, out: '' });
  });
});

describe('check, of two saved runs', PATIENT, () => {
  /** A saved run of ten trials by the reference server. */
  function save(
    name: string,
    side: Side,
    overrides: Partial<Results> = {},
    change: (trial: Trial) => Trial = (trial) => trial,
  ) {
    const trials = Array.from({ length: 10 }, (_, block) =>
      change(trialOf({ transport: 'sse', block, order: block, outcome: outcomeOf(side, block) })),
    );
    writeFileSync(join(folder, name), JSON.stringify(resultsOf(trials, overrides)));
  }
  const ELSEWHERE = { environment: { ...resultsOf([]).environment, cpuModel: 'Other CPU' } };

  it('passes the same, and ends with 20 for what got worse', async () => {
    save('base.json', SAME);
    save('new.json', { ...SAME, latencyMs: 7 });
    expect(await check(['base.json', 'base.json'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('pass: 5 gates'),
    });
    expect((await check(['base.json', 'new.json'])).code).toBe(20);
  });

  it('does not hold the time of one machine against that of another', async () => {
    save('base.json', SAME, ELSEWHERE);
    save('new.json', SAME);
    save('heavier.json', { ...SAME, bytes: 223 });
    const timed = await check(['base.json', 'new.json']);
    expect([timed.code, timed.out]).toEqual([23, '']);
    expect(timed.err).toContain('another machine (cpuModel Other CPU there, Example CPU');
    // What is counted is the same anywhere.
    expect((await check(['base.json', 'new.json', '--gate', 'bytes.perMessage <= +1%'])).code).toBe(0);
    const heavier = await check(['base.json', 'heavier.json', '--out', 'out']);
    expect([heavier.code, heavier.out]).toEqual([20, expect.stringContaining('not compared')]);
    expect(JSON.parse(read('verdict.json')).gates).toHaveLength(1);
  });

  it.each([
    ['a baseline that is not there', 'nowhere.json', 'new.json', 23, 'nowhere.json'],
    ['new results that are not there', 'new.json', 'nowhere.json', 2, 'nowhere.json'],
    ['a baseline of another version', 'old.json', 'new.json', 23, 'wirebench/results@0'],
    ['a baseline cut off in the middle', 'cut.json', 'new.json', 2, 'ends in the middle'],
    ['an empty run', 'empty.json', 'empty.json', 23, 'no scenario and transport in common'],
    ['a changed scenario', 'changed.json', 'new.json', 23, 'was changed in between (connections)'],
    ['several servers', 'several.json', 'new.json', 23, 'trials of several servers, reference and other'],
  ])('refuses %s', async (_, base, saved, code, message) => {
    save('new.json', SAME);
    save('changed.json', SAME, {}, (trial) => ({
      ...trial,
      scenario: { ...trial.scenario, connections: 7 },
    }));
    save('several.json', SAME, {}, (trial) => ({
      ...trial,
      server: trial.block === 3 ? 'other' : 'reference',
    }));
    writeFileSync(join(folder, 'old.json'), '{"schema":"wirebench/results@0"}');
    writeFileSync(join(folder, 'cut.json'), readFileSync(join(folder, 'new.json'), 'utf8').slice(0, 5_000));
    writeFileSync(join(folder, 'empty.json'), JSON.stringify(resultsOf([])));
    expect(await check([base, saved])).toMatchObject({
      code,
      out: '',
      err: expect.stringContaining(message),
    });
  });

  it('is invalid where a trial of either run is', async () => {
    save('base.json', SAME);
    save('new.json', SAME, {}, (trial) =>
      trial.block === 9 ? { ...trial, outcome: completed(measurements(), LOST) } : trial,
    );
    expect((await check(['base.json', 'new.json'])).code).toBe(22);
    expect((await check(['new.json', 'base.json'])).code).toBe(22);
  });
});

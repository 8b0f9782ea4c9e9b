import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, RESULTS_SCHEMA, type Results, type Trial } from '../../reports/results/schema.ts';
import { encoded } from '../../reports/testing/results.ts';
import { planTrials } from '../../runners/plan.ts';
import type { RunOptions } from '../../runners/run.ts';
import { main } from '../main.ts';
import { ROOMS, type Rooms } from '../rooms.ts';
import { type FakeIo, fakeIo } from '../testing/fake-io.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-run-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const skipped: Outcome = { status: 'skipped', reason: 'the server does not serve it' };
const failed: Outcome = { status: 'failed', stage: 'connect', reason: 'refused' };

const EMPTY = encoded([]);

function completed(validity: 'valid' | 'doubtful' | 'invalid'): Outcome {
  const direction = { payload: 0, framing: 0, headers: 0, handshake: 0, control: 0, tls: 0, outside: 0 };
  return {
    status: 'completed',
    validity,
    warnings: validity === 'invalid' ? [{ code: 'lost', level: 'invalid', message: '3 of 9 are lost' }] : [],
    measurements: {
      measureMs: 1_000,
      histograms: {
        latency: EMPTY,
        service: EMPTY,
        lateness: EMPTY,
        connect: EMPTY,
        recovery: EMPTY,
        loopDelay: EMPTY,
      },
      intervals: [],
      messages: {
        due: 9,
        sent: 9,
        unsent: 0,
        expected: 9,
        received: 9,
        lost: 0,
        duplicated: 0,
        reordered: 0,
        negative: 0,
      },
      requests: { total: 0, empty: 0, carrying: null },
      connections: { asked: 1, opened: 1, reopened: 0, unrecovered: 0 },
      slow: null,
      bytes: { up: direction, down: direction },
      sockets: { up: 0, down: 0 },
      processes: [],
      stolenCpuShare: null,
      faults: {},
    },
  };
}

/** A run whose trials end as told, in the order of the plan, and which looks at the signal between them. */
function fakeRun(outcomes: readonly Outcome[], between: () => void = () => {}): Rooms['run'] {
  return async (options: RunOptions) => {
    const trials: Trial[] = [];
    const plan = planTrials(options);
    const results = (): Results => ({
      schema: RESULTS_SCHEMA,
      tool: { name: 'wirebench', version: '0' },
      startedAt: '2026-01-31T09:30:00.500Z',
      commandLine: options.commandLine,
      seed: options.seed,
      environment: { cpuModel: 'x', cores: 2, memoryBytes: 1, platform: 'linux', kernel: 'x', node: 'x' },
      comparison: { scenarios: [], transports: [], servers: [], trials: options.trials },
      versions: {},
      ceilings: [],
      trials: [...trials],
    });
    for (const planned of plan) {
      if (options.signal?.aborted) break;
      options.onEvent?.({ kind: 'trial', trial: planned, of: plan.length });
      const { scenario, transport, server, block, order, seed } = planned;
      const outcome = outcomes[order] ?? skipped;
      const trial: Trial = {
        scenario,
        transport,
        server: server.name,
        block,
        order,
        seed,
        startedAt: '',
        outcome,
      };
      trials.push(trial);
      await options.save?.(results());
      options.onEvent?.({ kind: 'trial-done', trial, of: plan.length });
      between();
    }
    return results();
  };
}

const rendered: Rooms['renderReport'] = async (results, format) =>
  `${format} of ${results.trials.length} trials\n`;

async function call(io: FakeIo, run: Rooms['run'], ...flags: string[]) {
  const argv = ['run', 'chat', '--transports', 'sse,websocket', '--trials', '1', '--seed', '7', ...flags];
  return main(argv, io, { ...ROOMS, run, renderReport: rendered });
}

function linesOf(file: string): unknown[] {
  const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

describe('the history of run', () => {
  it('has a line for each run, with the commit where the environment names one', async () => {
    for (const env of [{ GITHUB_SHA: '0123456789abcdef' }, { WIREBENCH_LABEL: 'v1', GITHUB_SHA: 'x' }]) {
      await call(fakeIo({ cwd: folder, env }), fakeRun([completed('valid')]));
    }
    expect(linesOf('results/history.ndjson')).toMatchObject([{ label: '0123456789ab' }, { label: 'v1' }]);
  });

  it('is left alone with --out, unless --history names it', async () => {
    const run = fakeRun([completed('valid')]);
    await call(fakeIo({ cwd: folder }), run, '--out', 'o');
    expect(readdirSync(folder)).toEqual(['o']);
    await call(fakeIo({ cwd: folder }), run, '--out', 'o', '--history', 'h/all.ndjson');
    expect(linesOf('h/all.ndjson')).toHaveLength(1);
  });

  it('has no run that completed nothing or was interrupted', async () => {
    await call(fakeIo({ cwd: folder }), fakeRun([failed, failed]));
    const io = fakeIo({ cwd: folder });
    expect(await call(io, fakeRun([completed('valid')], io.interrupt))).toBe(130);
    expect(existsSync(join(folder, 'results/history.ndjson'))).toBe(false);
  });
});

describe('run', () => {
  it('writes the files, links latest, prints the table on stdout and the progress on stderr', async () => {
    const io = fakeIo({ cwd: folder });
    expect(await call(io, fakeRun([completed('valid'), completed('doubtful')]))).toBe(0);
    const path = join(folder, 'results/2026-01-31T09-30-00Z');
    expect(readdirSync(path).sort()).toEqual(['report.html', 'results.json']);
    expect(readlinkSync(join(folder, 'results/latest'))).toBe('2026-01-31T09-30-00Z');
    expect(JSON.parse(readFileSync(join(path, 'results.json'), 'utf8'))).toMatchObject({
      seed: 7,
      trials: [{}, {}],
    });
    expect(readFileSync(join(path, 'report.html'), 'utf8')).toBe('html of 2 trials\n');
    expect(linesOf('results/history.ndjson')).toMatchObject([{ label: null, arms: [{}, {}] }]);
    expect(io.out()).toBe('text of 2 trials\n');
    expect(
      io
        .err()
        .split('\n')
        .map((line) => line.replace(/sse|websocket/, 'T')),
    ).toEqual([
      '[1/2] chat · T: valid (0.0 s)',
      '[2/2] chat · T: doubtful (0.0 s)',
      'results.json and report.html are in results/2026-01-31T09-30-00Z',
      '',
    ]);
  });

  it('keeps the results of two runs of the same second apart', async () => {
    await Promise.all([
      call(fakeIo({ cwd: folder }), fakeRun([completed('valid')])),
      call(fakeIo({ cwd: folder }), fakeRun([completed('valid')])),
    ]);
    const runs = ['2026-01-31T09-30-00Z', '2026-01-31T09-30-00Z-2'];
    expect(readdirSync(join(folder, 'results')).sort()).toEqual([...runs, 'history.ndjson', 'latest']);
    for (const run of runs) {
      expect(readdirSync(join(folder, 'results', run)).sort()).toEqual(['report.html', 'results.json']);
    }
  });

  it.each([
    ['all valid', [completed('valid'), completed('valid')], 0],
    ['one doubtful', [completed('doubtful'), completed('valid')], 0],
    ['one skipped', [skipped, completed('valid')], 0],
    ['one invalid', [completed('invalid'), completed('valid')], 22],
    ['one failed', [completed('valid'), failed], 22],
    ['all skipped', [skipped, skipped], 22],
  ])('with %s exits as the design says', async (_, outcomes, exit) => {
    expect(await call(fakeIo({ cwd: folder }), fakeRun(outcomes))).toBe(exit);
  });

  it('--out names the folder and leaves latest alone', async () => {
    const io = fakeIo({ cwd: folder });
    expect(await call(io, fakeRun([completed('valid')]), '--out', 'here')).toBe(0);
    expect(readdirSync(join(folder, 'here')).sort()).toEqual(['report.html', 'results.json']);
    expect(existsSync(join(folder, 'results'))).toBe(false);
    expect(io.err()).toContain('results.json and report.html are in here\n');
  });

  it('--json prints the summary, --quiet says nothing on stderr', async () => {
    const io = fakeIo({ cwd: folder });
    await call(io, fakeRun([completed('valid')]), '--json', '--quiet');
    expect([io.out(), io.err()]).toEqual(['json of 2 trials\n', '']);
  });

  it('--dry-run prints the plan and its length, and measures and writes nothing', async () => {
    const io = fakeIo({ cwd: folder });
    const never = () => Promise.reject(new Error('ran'));
    expect(await call(io, never, '--dry-run')).toBe(0);
    // 2 × (900 + 100/5 + 1,000 + 10,000 + 3,000) ms = 29.84 s.
    expect(io.out()).toMatch(
      /^1\. block 1: chat · (sse|websocket) · reference\n2\. block 1: chat · (sse|websocket) · reference\n2 trials, at most 0:30\n$/,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('--dry-run --json prints it for programs', async () => {
    const io = fakeIo({ cwd: folder });
    await call(io, fakeRun([]), '--dry-run', '--json');
    expect(JSON.parse(io.out())).toMatchObject({
      longestMs: 29_840,
      trials: [{ order: 0, block: 0, scenario: 'chat', server: 'reference' }, { order: 1 }],
    });
  });

  it('keeps the finished trials when interrupted, and exits 130', async () => {
    const io = fakeIo({ cwd: folder });
    expect(await call(io, fakeRun([completed('valid'), failed], io.interrupt), '--out', 'here')).toBe(130);
    const kept = JSON.parse(readFileSync(join(folder, 'here/results.json'), 'utf8'));
    expect(kept.trials).toHaveLength(1);
    expect(readFileSync(join(folder, 'here/report.html'), 'utf8')).toBe('html of 1 trials\n');
    expect(io.err()).toContain('stopping; the finished trials are kept\n');
  });

  it('says so when interrupted before the first trial ended', async () => {
    const io = fakeIo({ cwd: folder });
    io.interrupt();
    expect(await call(io, fakeRun([]))).toBe(130);
    expect([io.out(), io.err()]).toEqual(['', 'no trial was finished\n']);
  });

  it('refuses a folder that it cannot write to before anything runs', async () => {
    writeFileSync(join(folder, 'file'), '');
    const io = fakeIo({ cwd: folder });
    const never = () => Promise.reject(new Error('ran'));
    expect(await call(io, never, '--out', 'file/below')).toBe(2);
    expect(io.err()).toMatch(/^wirebench: cannot write .*name another folder\n$/);
  });

  it('ends with one line and exit 1 when the disk is full', async () => {
    const io = fakeIo({ cwd: folder });
    const full = async () => {
      throw Object.assign(new Error('cannot write results.json: ENOSPC; free some space'), {
        code: 'NO_SPACE',
      });
    };
    const rooms: Rooms = {
      ...ROOMS,
      run: fakeRun([completed('valid')]),
      renderReport: rendered,
      writeResults: full,
    };
    expect(await main(['run', 'chat', '--quiet'], io, rooms)).toBe(1);
    expect(io.err()).toBe('wirebench: cannot write results.json: ENOSPC; free some space\n');
  });

  it('without a scenario runs the default comparison', async () => {
    const io = fakeIo({ cwd: folder });
    const asked: RunOptions[] = [];
    const run: Rooms['run'] = (options) => {
      asked.push(options);
      return fakeRun([])(options);
    };
    await main(['run', '--quiet', '--no-ceiling', '--workers', '2'], io, {
      ...ROOMS,
      run,
      renderReport: rendered,
    });
    expect(asked[0]).toMatchObject({
      scenarios: ['live-feed', 'chat', 'request-reply'].map((name) => ({
        name,
        phases: { measureMs: 4_000 },
      })),
      transports: ['polling', 'long-polling', 'sse', 'websocket'],
      servers: [{ name: 'reference' }],
      trials: 1,
      ceiling: false,
      workers: 2,
      commandLine: ['wirebench', 'test'],
    });
  });
});

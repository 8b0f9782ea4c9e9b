import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { METRICS } from '../metrics.ts';
import { addHistograms, decodeHistogram, quantileUs } from '../results/histogram.ts';
import { exampleResults } from '../testing/example.ts';
import { completed, encoded, measurements, results, scenario, trial } from '../testing/results.ts';
import { appendHistory } from './append.ts';
import { entryOf, historyLine, scenarioHash } from './entry.ts';
import { parseHistory, readHistory } from './read.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-history-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const invalid = { code: 'lost', level: 'invalid', message: '3 of 9 are lost' } as const;

describe('an entry', () => {
  const example = exampleResults();
  const entry = entryOf(example, 'abc');

  it('has every number of every trial that is to be believed', () => {
    const arm = entry.arms.find(({ scenario, transport }) => scenario === 'live-feed' && transport === 'sse');
    const measured = example.trials.flatMap(({ scenario: { name }, transport, outcome }) =>
      name === 'live-feed' && transport === 'sse' && outcome.status === 'completed'
        ? [outcome.measurements]
        : [],
    );
    expect(arm?.trials).toBe(3);
    expect(arm?.metrics['latency.p99']).toEqual(measured.map(METRICS['latency.p99'].of));
    expect(arm?.metrics['bytes.perMessage']).toEqual(measured.map(METRICS['bytes.perMessage'].of));
  });

  it('leaves out trials that failed or are invalid, and counts them; a skipped one is neither', () => {
    const arms = entry.arms.filter(({ scenario }) => scenario === 'chat');
    const counted = arms.map(({ transport, trials, leftOut }) => [transport, trials, leftOut]);
    expect(counted).toEqual([
      ['polling', 0, 0],
      ['long-polling', 2, 1],
      ['sse', 3, 0],
      ['websocket', 2, 1],
    ]);
  });

  it('has histograms that merge exactly: of two runs as if all had been recorded in one', () => {
    const run = (...samples: number[][]) =>
      entryOf(
        results(
          samples.map((latency, block) =>
            trial({
              block,
              outcome: completed(
                measurements({ histograms: { ...measurements().histograms, latency: encoded(latency) } }),
              ),
            }),
          ),
        ),
        null,
      );
    // GROUND-TRUTH 17: 9,890 of 1 ms and 110 of 100 ms; then 10,000 of 1 ms.
    const slow = [...Array(9_890).fill(1_000), ...Array(110).fill(100_000)];
    const histograms = [run(slow), run(Array(5_000).fill(1_000), Array(5_000).fill(1_000))]
      .flatMap(({ arms }) => arms)
      .map(({ histograms }) => decodeHistogram(histograms.latency));
    const merged = addHistograms(histograms);
    expect(merged.totalCount).toBe(20_000);
    expect(quantileUs(histograms[0] ?? merged, 0.99)).toBeCloseTo(100_000, -3);
    expect(quantileUs(merged, 0.99)).toBe(1_000);
    expect(quantileUs(merged, 0.999)).toBeCloseTo(100_000, -3);
  });

  it('is read back as it was written', () => {
    expect(parseHistory(`${historyLine(entry)}\n`)).toEqual({ entries: [entry], skipped: [] });
  });
});

describe('scenarioHash', () => {
  it('is of what is asked, not of its words or the order of its keys', () => {
    const asked = scenario();
    const reversed = Object.fromEntries(Object.entries(asked).reverse());
    expect(scenarioHash({ ...asked, ...reversed, question: 'Otherwise?' })).toBe(scenarioHash(asked));
    expect(scenarioHash(scenario({ connections: 101 }))).not.toBe(scenarioHash(asked));
  });
});

describe('a history file', () => {
  const file = () => join(folder, 'history.ndjson');
  const one = (startedAt: string) => results([trial()], { startedAt });

  it('grows by a line for each run, and is read in the order of time', async () => {
    await appendHistory(file(), one('2026-01-02T00:00:00.000Z'), null);
    await appendHistory(file(), one('2026-01-01T00:00:00.000Z'), null);
    const { entries } = await readHistory(file());
    expect(entries.map(({ startedAt }) => startedAt.slice(0, 10))).toEqual(['2026-01-01', '2026-01-02']);
  });

  it('gets no line of a run in which nothing completed', async () => {
    await appendHistory(file(), results([trial({ outcome: { status: 'skipped', reason: 'x' } })]), null);
    await expect(readHistory(file())).rejects.toThrow('there is no such file; `wirebench run` begins one');
  });

  it('has trials that are all invalid without numbers', async () => {
    const outcome = completed(measurements(), [invalid]);
    await appendHistory(file(), results([trial({ outcome })]), null);
    const { entries } = await readHistory(file());
    expect(entries[0]?.arms).toMatchObject([{ trials: 0, leftOut: 1, metrics: {} }]);
  });

  it('loses no run but the one that broke off', async () => {
    await appendHistory(file(), one('2026-01-01T00:00:00.000Z'), null);
    const whole = readFileSync(file(), 'utf8');
    writeFileSync(file(), `${whole}${whole.slice(0, 100)}`);
    expect(await readHistory(file())).toMatchObject({
      entries: [{}],
      skipped: [{ line: 2, reason: 'breaks off, after 100 characters' }],
    });
    await appendHistory(file(), one('2026-01-03T00:00:00.000Z'), null);
    expect(await readHistory(file())).toMatchObject({
      entries: [{}, {}],
      skipped: [{ line: 2, reason: 'is not JSON' }],
    });
  });

  it.each([
    ['{"schema":"wirebench/history@9"}', 'is not of the schema "wirebench/history@1"'],
    ['null', 'is not of the schema "wirebench/history@1"'],
    ['{"schema":"wirebench/history@1"}', 'is damaged: startedAt is missing'],
  ])('says what is wrong with the line %s', (line, reason) => {
    expect(parseHistory(`${line}\n`).skipped).toEqual([{ line: 1, reason: expect.stringContaining(reason) }]);
  });

  it('says which histogram is damaged', () => {
    const line = historyLine(entryOf(one('2026-01-01T00:00:00.000Z'), null));
    const damaged = line.replace(/"service":"[^"]+"/, '"service":"AAAA"');
    expect(parseHistory(`${damaged}\n`).skipped).toEqual([
      { line: 1, reason: expect.stringContaining('is damaged: arms[0].histograms.service ') },
    ]);
  });

  it('is refused where none of its lines is a run', async () => {
    writeFileSync(file(), '{\n"schema": 1\n}\n');
    await expect(readHistory(file())).rejects.toMatchObject({
      code: 'HISTORY',
      message: `${file()}: none of its lines is a run of the history; line 1 is not JSON`,
    });
  });
});

import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Results } from '../results/schema.ts';
import { exampleResults } from '../testing/example.ts';
import { results } from '../testing/results.ts';
import { TEXT_WIDTH } from '../wrap.ts';
import { reportComparison } from './report.ts';

/** The example, in which the servers of the second run need 1.3 times the CPU. */
function pair(trials = 5, server = 'reference') {
  const before = exampleResults(trials);
  const after: Results = {
    ...before,
    startedAt: '2026-02-02T00:00:00.000Z',
    trials: before.trials.map((each) => {
      const { outcome } = each;
      if (outcome.status !== 'completed') return { ...each, server };
      const processes = outcome.measurements.processes.map((used) => ({ ...used, cpuUs: used.cpuUs * 1.3 }));
      return {
        ...each,
        server,
        outcome: { ...outcome, measurements: { ...outcome.measurements, processes } },
      };
    }),
  };
  return [
    { name: 'results/before', results: before },
    { name: 'results/after', results: after },
  ];
}

describe('reportComparison', () => {
  it('says in text what changed, row by row', async () => {
    const { text } = await reportComparison(pair(), 'text');
    expect(text).toContain('before  results/before  2026-01-02 03:04, 40 trials, reference\n');
    expect(text).toMatch(
      /^SSE .*\n.*\n {13}Server CPU per message +9\.5 µs +12\.3 µs +1\.3 +1\.27–1\.33 {2}worse$/m,
    );
    expect(text).toMatch(/^ {13}equal: Delivered, Bytes per message/m);
    expect(text).not.toContain('…');
    expect(text).toContain('WebSocket: not compared, 1 of 5 trials before is invalid (lost)');
  });

  it('is never wider than 80 columns and has no control characters, whatever names hold', async () => {
    const name = `${'x'.repeat(200)}\u001b[2J\r\n`;
    const hostile = pair(5, name).map(({ results: each }) => ({ name, results: each }));
    const { text } = await reportComparison(hostile, 'text');
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(TEXT_WIDTH);
    expect(text).not.toMatch(/[^\n\P{Cc}]/u);
  });

  it('colours only when asked to', async () => {
    const [plain, coloured] = await Promise.all(
      [false, true].map(async (colour) => (await reportComparison(pair(), 'text', { colour })).text),
    );
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured ?? '')).toBe(plain);
  });

  it('says with too few trials that it cannot tell, and how many it takes', async () => {
    const { text } = await reportComparison(pair(2), 'text');
    expect(text).toMatch(/Server CPU per message .* \?$/m);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('it takes 4 a side (run --trials 4)');
    expect(text).not.toContain('worse');
  });

  it('keeps hostile names inside their cells in Markdown', async () => {
    const name = 'a | b\n<img src=x> [x](http://x)';
    const { text } = await reportComparison(
      pair(5, name).map(({ results: each }) => ({ name, results: each })),
      'markdown',
    );
    expect(text).not.toContain('<img');
    expect(text).not.toContain('[x](');
    const table = text.split('\n').filter((line) => line.startsWith('| '));
    expect(new Set(table.map((line) => line.replaceAll('\\|', '').split('|').length))).toEqual(new Set([9]));
  });

  it('has all metrics and refusals in JSON and CSV', async () => {
    const { comparisons, schema } = JSON.parse((await reportComparison(pair(), 'json')).text);
    expect(schema).toBe('wirebench/comparison@1');
    const [{ pairs }] = comparisons;
    expect(pairs.map(({ status }: { status: string }) => status).sort()).toEqual([
      ...Array(6).fill('compared'),
      'refused',
      'refused',
    ]);
    const { text } = await reportComparison(pair(), 'csv');
    const lines = text.trimEnd().split('\r\n');
    const changes = pairs.flatMap((each: { changes?: unknown[] }) => each.changes ?? []).length;
    expect(lines).toHaveLength(1 + changes + 2);
    expect(text).toContain(',invalid trials,1 of 5 trials before is invalid (lost)');
  });

  it('makes a page that carries its numbers without a script, and shows hostile names as text', async () => {
    const name = '</script><img src=x onerror=alert(1)>$&';
    const { text } = await reportComparison(
      pair(5, name).map(({ results: each }) => ({ name, results: each })),
      'html',
    );
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;$&amp;');
    expect(text).toContain('aria-label="Ratios in live-feed.');
    expect(text).toContain('<span class="standing invalid">worse</span>');
  });

  it.each(['text', 'markdown', 'csv', 'json', 'html'] as const)('of empty runs: %s', async (format) => {
    const empty = ['a', 'b'].map((name) => ({ name, results: results([]) }));
    expect(await reportComparison(empty, format)).toMatchObject({ outcome: 'incompatible' });
  });
});

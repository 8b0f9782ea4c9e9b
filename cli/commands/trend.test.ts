import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendHistory } from '../../reports/history/append.ts';
import { exampleResults } from '../../reports/testing/example.ts';
import { main } from '../main.ts';
import { fakeIo } from '../testing/fake-io.ts';

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-trend-'));
  await appendHistory(join(folder, 'results/history.ndjson'), exampleResults(), null);
  const line = readFileSync(join(folder, 'results/history.ndjson'), 'utf8');
  writeFileSync(join(folder, 'torn.ndjson'), `${line}${line.slice(0, 50)}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

async function trend(...flags: string[]) {
  const io = fakeIo({ cwd: folder });
  const exit = await main(['trend', ...flags], io);
  return { exit, out: io.out(), err: io.err() };
}

describe('trend', () => {
  it('reads results/history.ndjson by itself', async () => {
    const { exit, out, err } = await trend();
    expect({ exit, err }).toEqual({ exit: 0, err: '' });
    expect(out).toContain('live-feed · reference · SSE · 1 run');
  });

  it('says which line is torn, and shows the others', async () => {
    const { exit, out, err } = await trend('torn.ndjson', '--transports', 'sse');
    expect({ exit, err }).toEqual({
      exit: 0,
      err: 'line 2 breaks off, after 50 characters; it is skipped\n',
    });
    expect(out).not.toContain('WebSocket');
  });

  it('writes a file', async () => {
    expect(await trend('--format', 'csv', '--output', 'trend.csv')).toEqual({ exit: 0, out: '', err: '' });
    expect(readFileSync(join(folder, 'trend.csv'), 'utf8')).toMatch(/^machine,scenario,/);
    expect(await trend('-o', 'trend.html')).toEqual({ exit: 0, out: '', err: '' });
    expect(readFileSync(join(folder, 'trend.html'), 'utf8')).toMatch(/^<!doctype html>/);
  });

  it.each([
    [['absent.ndjson'], '/absent.ndjson: there is no such file; `wirebench run` begins one'],
    [['--metric', 'latency.p98'], '--metric: there is no metric "latency.p98"; did you mean "latency.p9'],
    [
      ['-o', 'x.foo'],
      '--output x.foo: its ending says no format; use .txt, .json, .csv, .md, .html, or say --format',
    ],
    [['--last', '0'], '--last needs a whole number from 1 to 1000, not 0'],
    [['--level', '0.0001'], '--level must be from 0.001 to 0.5, not 0.0001'],
  ])('refuses %j', async (flags, message) => {
    const { exit, err } = await trend(...flags);
    expect(exit).toBe(2);
    expect(err).toContain(message);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { resultsText } from '../../reports/results/write.ts';
import { HOSTILE } from '../../reports/testing/hostile.ts';
import { results, trial } from '../../reports/testing/results.ts';
import { ROOMS } from '../rooms.ts';
import type { Answer } from './local-server.ts';
import { RunsSite } from './runs-site.ts';

let root = '';
let path = '';
let site: RunsSite;
const renderReport = vi.fn(async (_: unknown, format: string) => `${format} page`);
const compareRuns = vi.fn(async (runs: readonly { name: string }[]) => {
  return { text: runs.map(({ name }) => name).join(' < '), outcome: 'compared' as const };
});

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wirebench-site-'));
  path = join(root, 'results');
  const rooms = { readSavedRun: ROOMS.readSavedRun, renderReport, compareRuns };
  const now = () => new Date('2026-01-31T09:30:00.000Z');
  site = new RunsSite({ path, shown: 'results', generator: 'wirebench 0', rooms, now, onError: () => {} });
});
afterEach(() => {
  site.end();
  rmSync(root, { recursive: true });
  vi.clearAllMocks();
});

function put(name: string, startedAt = '2026-01-02T00:00:00.000Z', seed = 1): string {
  const text = resultsText(results([trial()], { startedAt, seed }));
  mkdirSync(join(path, name), { recursive: true });
  writeFileSync(join(path, name, 'results.json'), text);
  return text;
}

async function get(target: string): Promise<Answer | null> {
  return site.site(new URL(target, 'http://127.0.0.1'));
}

async function html(target: string): Promise<string> {
  const answer = await get(target);
  return answer?.kind === 'page' ? answer.html : `${answer?.kind}`;
}

async function statusOf(target: string): Promise<number | undefined> {
  const answer = await get(target);
  return answer?.kind === 'page' ? answer.status : undefined;
}

describe('the site of a folder', () => {
  it('lists the runs', async () => {
    put('first');
    expect(await html('/')).toContain('href="/report?run=first"');
  });

  it('makes a report once, and again when the file is another', async () => {
    put('run');
    expect(await html('/report?run=run')).toBe('html page');
    await html('/report?run=run');
    expect(renderReport).toHaveBeenCalledTimes(1);
    put('run', '2026-01-03T00:00:00.000Z', 12_345);
    await html('/report?run=run');
    expect(renderReport).toHaveBeenCalledTimes(2);
    expect(renderReport.mock.lastCall?.[0]).toMatchObject({ seed: 12_345 });
  });

  it('gives the results byte for byte, and the summary, as files', async () => {
    const text = put('run');
    const file = await get('/results.json?run=run');
    expect(file?.kind === 'file' && [file.name, Buffer.from(file.content).toString()]).toEqual([
      'run-results.json',
      text,
    ]);
    expect(await get('/summary.json?run=run')).toEqual({
      kind: 'file',
      name: 'run-summary.json',
      content: 'json page',
    });
  });

  it('has the run of the folder itself', async () => {
    put('.');
    expect(await html('/report?run=.')).toBe('html page');
    expect(await get('/results.json?run=.')).toMatchObject({ name: 'results.json' });
  });

  it.each(['/report', '/results.json', '/summary.json'])(
    '%s of nothing, or of what is outside, is not there',
    async (route) => {
      put('run');
      mkdirSync(join(root, 'outside'));
      writeFileSync(join(root, 'outside', 'results.json'), resultsText(results([])));
      symlinkSync('../outside', join(path, 'link'));
      const names = [
        '',
        '..',
        '../outside',
        '..%2Foutside',
        '%2e%2e%2foutside',
        'link',
        '/etc',
        'run%00',
        'nope',
      ];
      for (const name of names) expect([name, await statusOf(`${route}?run=${name}`)]).toEqual([name, 404]);
      expect(await statusOf(route)).toBe(404);
      expect(renderReport).not.toHaveBeenCalled();
    },
  );

  it.each(['/report/', '/nope', '/__proto__', '/constructor', '/toString'])(
    'has nothing at %s',
    async (target) => {
      expect(await get(target)).toBeNull();
    },
  );

  it('says on a page why a run cannot be shown, and names it as text', async () => {
    mkdirSync(join(path, 'cut'), { recursive: true });
    writeFileSync(join(path, 'cut', 'results.json'), '{"schema":');
    expect(await statusOf('/report?run=cut')).toBe(500);
    expect(await html('/report?run=cut')).toContain('ends in the middle, after 10 characters');
    expect(await html(`/report?run=${encodeURIComponent(HOSTILE)}`)).not.toContain('<img');
  });

  it('holds runs against the oldest of them, in whatever order they were ticked', async () => {
    put('new', '2026-01-03T00:00:00.000Z');
    put('old', '2026-01-01T00:00:00.000Z');
    put('mid', '2026-01-02T00:00:00.000Z');
    expect(await html('/compare?run=new&run=old&run=mid&run=old')).toBe('old < mid < new');
    expect(compareRuns).toHaveBeenCalledExactlyOnceWith(expect.anything(), 'html');
  });

  it('says what is wrong with a comparison of one, of too many, or with a stranger', async () => {
    put('one');
    expect(await statusOf('/compare')).toBe(400);
    expect(await statusOf('/compare?run=one&run=one')).toBe(400);
    const many = [...Array(21).keys()].map((number) => `run=${number}`).join('&');
    expect(await statusOf(`/compare?${many}`)).toBe(400);
    expect(await statusOf('/compare?run=one&run=..%2Foutside')).toBe(404);
  });
});

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from '../results/progress.ts';
import { progressText } from '../results/progress.ts';
import { resultsText } from '../results/write.ts';
import { results, trial } from '../testing/results.ts';
import { ITSELF, type ListedRun, MOST_SHOWN, RunFolder, type RunList } from './folder.ts';

const NOW = new Date('2026-01-31T09:30:00.000Z');
let root = '';
let path = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wirebench-folder-'));
  path = join(root, 'results');
  mkdirSync(path);
});
afterEach(() => rmSync(root, { recursive: true }));

function put(name: string, file: string, content: string): string {
  mkdirSync(join(path, name), { recursive: true });
  writeFileSync(join(path, name, file), content);
  return join(path, name, file);
}

const began = (startedAt: string) => resultsText(results([trial()], { startedAt }));

function progress(agoMs: number): string {
  const file: Progress = {
    schema: 'wirebench/progress@1',
    startedAt: '2026-01-31T09:29:00.000Z',
    updatedAt: new Date(NOW.getTime() - agoMs).toISOString(),
    scenarios: ['chat'],
    transports: ['sse'],
    servers: ['reference'],
    planned: 1,
    ended: { valid: 0, doubtful: 0, invalid: 0, failed: 0, skipped: 0 },
    doing: { what: 'beginning' },
    leftMs: 0,
  };
  return progressText(file);
}

const shown = ({ runs }: RunList) => runs.map(({ name, kind }) => [name, kind]);
const reasons = ({ runs }: RunList) =>
  runs.flatMap((run) => (run.kind === 'unreadable' ? [[run.name, run.reason]] : []));

describe('list', () => {
  it('has every folder with results, newest first by when it began', async () => {
    put('b', 'results.json', began('2026-01-02T00:00:00.000Z'));
    put('a', 'results.json', began('2026-01-03T00:00:00.000Z'));
    put('c', 'results.json', began('2026-01-01T00:00:00.000Z'));
    put('no-run', 'notes.txt', 'x');
    put('.hidden', 'results.json', began('2026-01-05T00:00:00.000Z'));
    writeFileSync(join(path, 'history.ndjson'), '');
    expect(shown(await new RunFolder(path).list(NOW))).toEqual([
      ['a', 'ended'],
      ['b', 'ended'],
      ['c', 'ended'],
    ]);
  });

  it('has the folder itself where it is a run', async () => {
    put(ITSELF, 'results.json', began('2026-01-02T00:00:00.000Z'));
    expect(shown(await new RunFolder(path).list(NOW))).toEqual([[ITSELF, 'ended']]);
  });

  it('is empty for an empty folder, and for one that is not there yet', async () => {
    expect(await new RunFolder(path).list(NOW)).toEqual({ runs: [], older: 0 });
    expect(await new RunFolder(join(root, 'later')).list(NOW)).toEqual({ runs: [], older: 0 });
  });

  it('says in one line of each run that cannot be read why', async () => {
    put('cut', 'results.json', began('2026-01-02T00:00:00.000Z').slice(0, 100));
    put('other', 'results.json', '{"schema":"wirebench/results@0"}');
    mkdirSync(join(path, 'folder', 'results.json'), { recursive: true });
    put('elsewhere', 'x', '');
    symlinkSync('/etc/passwd', join(path, 'elsewhere', 'results.json'));
    const found = reasons(await new RunFolder(path).list(NOW));
    expect(found.toSorted()).toEqual([
      ['cut', expect.stringMatching(/^results\.json: ends in the middle, after 100 characters; [^\n]*$/)],
      ['elsewhere', 'results.json is a symbolic link, which is not followed'],
      ['folder', 'results.json is no file'],
      ['other', expect.stringMatching(/^results\.json: schema is "wirebench\/results@0"[^\n]*$/)],
    ]);
  });

  it('follows no symbolic link: neither to a run of the folder nor out of it', async () => {
    put('run', 'results.json', began('2026-01-02T00:00:00.000Z'));
    symlinkSync('run', join(path, 'latest'));
    mkdirSync(join(root, 'outside'));
    writeFileSync(join(root, 'outside', 'results.json'), began('2026-01-03T00:00:00.000Z'));
    symlinkSync('../outside', join(path, 'out'));
    expect(shown(await new RunFolder(path).list(NOW))).toEqual([['run', 'ended']]);
  });

  it('tells a run in flight from one that was killed, with and without a finished trial', async () => {
    put('flying', 'progress.json', progress(1_000));
    put('flying', 'results.json', began('2026-01-31T09:29:00.000Z'));
    put('killed', 'progress.json', progress(60_000));
    put('killed-late', 'progress.json', progress(60_000));
    put('killed-late', 'results.json', began('2026-01-02T00:00:00.000Z'));
    put('damaged', 'progress.json', '{');
    expect(shown(await new RunFolder(path).list(NOW)).toSorted()).toEqual([
      ['flying', 'in-flight'],
      ['killed', 'killed'],
      ['killed-late', 'ended'],
    ]);
  });

  it('reads a file again only when it is another', async () => {
    const file = put('run', 'results.json', began('2026-01-02T00:00:00.000Z'));
    const folder = new RunFolder(path);
    const look = async (): Promise<ListedRun | undefined> => (await folder.list(NOW)).runs[0];
    const first = await look();
    expect(await look()).toBe(first);
    writeFileSync(file, began('2026-01-03T00:00:00.000Z'));
    utimesSync(file, NOW, NOW);
    expect(await look()).toMatchObject({ summary: { startedAt: '2026-01-03T00:00:00.000Z' } });
  });

  it('looks into those folders only that were changed last, and counts the others', async () => {
    for (let index = 0; index < MOST_SHOWN + 3; index += 1) {
      mkdirSync(join(path, `run-${index}`));
      utimesSync(join(path, `run-${index}`), 1_000 + index, 1_000 + index);
    }
    put('run-0', 'results.json', '{');
    utimesSync(join(path, 'run-0'), 1_000, 1_000);
    put('new', 'results.json', '{');
    const list = await new RunFolder(path).list(NOW);
    // The folder itself is one of those that were looked into.
    expect([list.runs.map(({ name }) => name), list.older]).toEqual([['new'], 5]);
  });
});

describe('resultsOf', () => {
  it('finds the results of a run, also of the folder itself', async () => {
    const file = put('a b', 'results.json', 'x');
    const own = put(ITSELF, 'results.json', 'x');
    const folder = new RunFolder(path);
    expect(await folder.resultsOf('a b')).toBe(file);
    expect(await folder.resultsOf(ITSELF)).toBe(own);
  });

  it('finds them behind a link to the folder, which whoever named it has followed', async () => {
    const file = put('run', 'results.json', 'x');
    symlinkSync('results', join(root, 'link'));
    expect(await new RunFolder(join(root, 'link')).resultsOf('run')).toBe(file);
  });

  it.each([
    ['nothing', ''],
    ['the folder above', '..'],
    ['a folder beside this one', '../outside'],
    ['the same, by a detour', 'run/../../outside'],
    ['an absolute path', '/etc'],
    ['a folder in a run', 'run/nested'],
    ['a NUL', 'run\0'],
    ['a hidden folder', '.hidden'],
    ['a link to a run', 'latest'],
    ['a link out of the folder', 'out'],
    ['a run whose file is a link', 'linked'],
    ['a folder without results', 'empty'],
    ['what is not there', 'nope'],
    ['what is encoded once more', '%2e%2e%2foutside'],
  ])('refuses %s', async (_, name) => {
    put('run', 'results.json', 'x');
    put('run/nested', 'results.json', 'x');
    put('.hidden', 'results.json', 'x');
    put('empty', 'x', '');
    put('linked', 'x', '');
    mkdirSync(join(root, 'outside'));
    writeFileSync(join(root, 'outside', 'results.json'), 'secret');
    symlinkSync('run', join(path, 'latest'));
    symlinkSync('../outside', join(path, 'out'));
    symlinkSync('../../outside/results.json', join(path, 'linked', 'results.json'));
    expect(await new RunFolder(path).resultsOf(name)).toBeNull();
  });
});

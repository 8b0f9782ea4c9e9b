import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isInFlight, progressText, type RunProgress, readProgress, type SearchProgress } from './progress.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-progress-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const progress: RunProgress = {
  schema: 'wirebench/progress@1',
  startedAt: '2026-01-31T09:30:00.000Z',
  updatedAt: '2026-01-31T09:31:00.000Z',
  scenarios: ['chat'],
  transports: ['sse'],
  servers: ['reference'],
  planned: 3,
  ended: { valid: 1, doubtful: 0, invalid: 0, failed: 0, skipped: 0 },
  doing: {
    what: 'trial',
    number: 2,
    scenario: 'chat',
    transport: 'sse',
    server: 'reference',
    stage: 'measure',
  },
  leftMs: 12_345,
};

const { planned: _, ended: __, ...common } = progress;
const search: SearchProgress = {
  ...common,
  searches: 2,
  doing: {
    what: 'step',
    search: 1,
    scenario: 'chat',
    transport: 'sse',
    server: 'reference',
    stage: null,
    by: 'rate',
    load: 0.5,
    sources: 20,
    ended: [{ load: 0.25, verdict: 'met' }],
  },
};

describe('readProgress', () => {
  const read = (text: string) => {
    const path = join(folder, 'progress.json');
    writeFileSync(path, text);
    return readProgress(path);
  };

  it('reads what was written', async () => {
    expect(await read(progressText(progress))).toEqual(progress);
    expect(await read(progressText(search))).toEqual(search);
  });

  it.each([
    ['nothing', ''],
    ['half of it', progressText(progress).slice(0, 90)],
    ['another version', progressText(progress).replace('progress@1', 'progress@2')],
    ['an unknown field', progressText(progress).replace('{', '{"more":1,')],
    ['a stage that there is not', progressText(progress).replace('"measure"', '"<script>"')],
    ['a verdict that there is not', progressText(search).replace('"met"', '"<script>"')],
    ['what is neither a run nor a search', JSON.stringify({ ...progress, searches: 2 })],
    ['more than a thousand names need', progressText(progress) + ' '.repeat(1_000_000)],
  ])('makes nothing of %s', async (_, text) => {
    expect(await read(text)).toBeNull();
  });

  it('makes nothing of a file that is not there, or a folder', async () => {
    expect(await readProgress(join(folder, 'none'))).toBeNull();
    expect(await readProgress(folder)).toBeNull();
  });
});

describe('isInFlight', () => {
  it.each([
    ['just now', 0, true],
    ['10 s ago', 10_000, true],
    ['longer ago', 10_001, false],
    ['in the future, as after a clock was set back', -10_001, false],
  ])('of a run that wrote %s', (_, agoMs, expected) => {
    expect(isInFlight(progress, new Date(Date.parse(progress.updatedAt) + agoMs))).toBe(expected);
  });

  it('is false where no time can be read', () => {
    expect(isInFlight({ ...progress, updatedAt: 'soon' }, new Date())).toBe(false);
  });
});

import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Progress, RunProgress, SearchProgress } from '../results/progress.ts';
import { exampleResults } from '../testing/example.ts';
import { HOSTILE } from '../testing/hostile.ts';
import { results, trial } from '../testing/results.ts';
import { ITSELF, type ListedRun } from './folder.ts';
import { renderLiveParts, renderNoticePage, renderRunsPage } from './page.ts';
import { summariseRun } from './summary.ts';

const NOW = new Date('2026-01-31T09:30:00.000Z');
const progress: RunProgress = {
  schema: 'wirebench/progress@1',
  startedAt: '2026-01-31T09:29:00.000Z',
  updatedAt: '2026-01-31T09:29:58.000Z',
  scenarios: ['chat'],
  transports: ['sse'],
  servers: ['reference'],
  planned: 12,
  ended: { valid: 3, doubtful: 0, invalid: 1, failed: 0, skipped: 0 },
  doing: {
    what: 'trial',
    number: 5,
    scenario: 'chat',
    transport: 'sse',
    server: 'reference',
    stage: 'measure',
  },
  leftMs: 62_000,
};
const step = {
  what: 'step',
  search: 2,
  scenario: 'live-feed',
  transport: 'sse',
  server: 'reference',
  stage: 'measure',
  by: 'rate',
  load: 113,
  sources: 1,
  ended: [
    { load: 80, verdict: 'met' },
    { load: 160, verdict: 'untold' },
    { load: 160, verdict: 'missed' },
  ],
} as const;
const search: SearchProgress = {
  schema: 'wirebench/progress@1',
  startedAt: progress.startedAt,
  updatedAt: progress.updatedAt,
  scenarios: ['live-feed'],
  transports: ['sse', 'websocket'],
  servers: ['reference'],
  searches: 4,
  doing: step,
  leftMs: 182_000,
};
const ended = (name: string, of = exampleResults()): ListedRun => {
  return { name, kind: 'ended', summary: summariseRun(of) };
};

const textOf = (markup: string) =>
  markup
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
const parts = (...runs: readonly ListedRun[]) => renderLiveParts({ runs, older: 0 }, NOW);

const flying = (of: Progress) => textOf(parts({ name: 'now', kind: 'in-flight', progress: of })['in-flight']);

describe('a run in flight', () => {
  const fly = (over: Partial<RunProgress> = {}) => flying({ ...progress, ...over });

  it('says which trial of how many, what it does, for how long, and what is valid so far', () => {
    // It said that 62 s are left 2 s ago.
    expect(fly()).toBe(
      'In flight now Trial 5 of 12: chat by SSE, measuring 50 % Elapsed 1:00 Left, at most 1:00 So far 3 valid, 1 invalid',
    );
  });

  it('names the server where there are several', () => {
    expect(fly({ servers: ['reference', 'mine'] })).toContain('chat by SSE on reference, measuring');
  });

  it('says what is done before the first trial', () => {
    expect(fly({ doing: { what: 'beginning' } })).toContain('12 trials planned, about to begin');
    expect(fly({ doing: { what: 'ceiling', server: 'mine' } })).toContain(
      'how many requests mine can answer',
    );
  });

  it('is not in the list of those that ended', () => {
    expect(parts({ name: 'now', kind: 'in-flight', progress }).runs).not.toContain('now');
  });
});

describe('a search in flight', () => {
  const fly = (over: Partial<typeof step | SearchProgress['doing']> = {}, servers = ['reference']) =>
    flying({ ...search, servers, doing: { ...step, ...over } as SearchProgress['doing'] });

  it('says which search and step, at which load, for how long, and what came of the steps before', () => {
    // 60 s of at most 240 s are over.
    expect(fly()).toBe(
      'In flight now Search 2 of 4, step 4: live-feed by SSE at 113 messages/s, measuring 25 % Elapsed 1:00 Left, at most 3:00 So far 80/s met, 160/s cannot tell, 160/s missed',
    );
  });

  it('says whose load it is, and of which server where there are several', () => {
    expect(fly({ sources: 60 }, ['reference', 'mine'])).toContain(
      'live-feed by SSE on reference at 113 messages/s from each of 60 sources, measuring',
    );
    const clients = fly({
      by: 'connections',
      load: 2_000,
      sources: 60,
      ended: [{ load: 1_000, verdict: 'met' }],
    });
    expect(clients).toContain('step 2: live-feed by SSE with 2,000 connections, measuring');
    expect(clients).toContain('So far 1,000 connections met');
  });

  it('says what there is before the first step has begun or ended', () => {
    expect(fly({ ended: [], stage: null })).toMatch(
      /step 1: live-feed by SSE at 113 messages\/s 25 %.*So far no step of/,
    );
    const begun = flying({ ...search, doing: { what: 'beginning' } });
    expect(begun).toMatch(
      /^In flight now 4 searches planned, about to begin .* So far no step of this search$/,
    );
  });
});

describe('the list', () => {
  it('says of each run in words how it is, and links its report and its data', () => {
    const { runs } = parts(ended('2026 a&b'));
    expect(textOf(runs)).toContain('Invalid 18 of 24 trials are valid');
    expect(runs).toContain('href="/report?run=2026%20a%26b"');
    expect(runs).toContain('href="/results.json?run=2026%20a%26b"');
    expect(runs).toMatch(/<time datetime="2026-01-02T03:04:00.000Z" title="2026-01-02 03:04:00 UTC">/);
  });

  it('says what is incomplete, killed or unreadable', () => {
    const cut = results([trial()], { comparison: { ...exampleResults().comparison, trials: 3 } });
    expect(textOf(parts(ended('cut', cut)).runs)).toContain('Incomplete 1 of 24 trials.');
    expect(textOf(parts({ name: 'k', kind: 'killed', progress }).runs)).toContain(
      'Incomplete It was ended before',
    );
    const unreadable = parts({ name: 'u', kind: 'unreadable', reason: 'is cut', modifiedAt: '' });
    expect(textOf(unreadable.runs)).toContain('Unreadable is cut');
    expect(unreadable.runs).not.toContain('/report');
  });

  it('lets runs be compared as soon as there are two', () => {
    expect(parts(ended('a')).runs).not.toMatch(/checkbox|<button>/);
    expect(parts(ended('a'), ended('b')).runs.match(/type="checkbox" name="run" value="[ab]"/g)).toHaveLength(
      2,
    );
  });

  it('says how many older ones are not shown, and what to do where there is none', () => {
    const some = renderLiveParts({ runs: [ended('a')], older: 1_234 }, NOW);
    expect(textOf(some.runs)).toContain(
      '1,234 older folders are not shown: only the 200 that were changed last',
    );
    expect(textOf(parts().runs)).toContain('npx wirebench run');
  });

  it('calls the run of the folder itself so', () => {
    expect(parts(ended(ITSELF)).runs).toContain('<a href="/report?run=.">The folder itself</a>');
  });
});

describe('the page', () => {
  const options = { folder: HOSTILE, generator: 'wirebench 0', now: NOW };
  const hostile = renderRunsPage(
    {
      runs: [
        {
          name: HOSTILE,
          kind: 'in-flight',
          progress: { ...progress, doing: { what: 'ceiling', server: HOSTILE } },
        },
        {
          name: HOSTILE,
          kind: 'in-flight',
          progress: {
            ...search,
            servers: [HOSTILE, 'mine'],
            doing: { ...step, scenario: HOSTILE, server: HOSTILE },
          },
        },
        ended(HOSTILE, results([trial({ server: HOSTILE })])),
        { name: HOSTILE, kind: 'unreadable', reason: HOSTILE, modifiedAt: HOSTILE },
        { name: HOSTILE, kind: 'killed', progress },
      ],
      older: 0,
    },
    options,
  );

  it('holds hostile names as text, and in addresses encoded', () => {
    expect(hostile).not.toMatch(/<img|onerror="|\u202e/);
    expect(hostile).toContain('&lt;/script&gt;&lt;img src=x onerror=');
    expect(hostile).toContain(`/report?run=${encodeURIComponent(HOSTILE).replaceAll("'", '&#39;')}`);
  });

  it('runs its own scripts alone, and asks its own server alone', () => {
    const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(hostile) ?? [];
    const directives = policy.replaceAll('&#39;', "'").split('; ');
    expect(directives).toEqual([
      "default-src 'none'",
      expect.stringMatching(/^script-src( 'sha256-[\w+/=]+'){3}$/),
      expect.stringMatching(/^style-src 'sha256-[\w+/=]+'$/),
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'self'",
    ]);
    const [, style = ''] = /<style>(.*?)<\/style>/s.exec(hostile) ?? [];
    expect(policy).toContain(createHash('sha256').update(style).digest('base64'));
    expect(hostile).not.toMatch(/ style="| on\w+="|https?:/);
  });

  it('is a notice where there is nothing else to show', () => {
    expect(renderNoticePage('There is no such run', HOSTILE, 'wirebench 0')).not.toMatch(/<img/);
  });
});

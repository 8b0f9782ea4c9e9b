import { describe, expect, it } from 'vitest';
import type { Results } from '../results/schema.ts';
import { exampleResults } from '../testing/example.ts';
import { completed, measurements, results, scenario, trial } from '../testing/results.ts';
import { summariseRun } from './summary.ts';

describe('summariseRun', () => {
  it('says what was compared and what became of it', () => {
    expect(summariseRun(exampleResults())).toMatchObject({
      startedAt: '2026-01-02T03:04:00.000Z',
      scenarios: ['live-feed', 'chat'],
      transports: ['Polling', 'Long-polling', 'SSE', 'WebSocket'],
      servers: ['reference'],
      word: 'invalid',
      outcomes: ['18 of 24 trials are valid: 1 invalid, 1 doubtful, 1 failed and 3 skipped.'],
      incomplete: null,
    });
  });

  it('takes until the last trial had measured', () => {
    const phases = { warmupMs: 1_000, measureMs: 10_000, drainMs: 3_000 };
    const startedAt = '2026-01-02T03:05:00.000Z';
    const last = trial({ scenario: scenario({ phases }), startedAt });
    const failed = trial({ startedAt, outcome: { status: 'failed', stage: 'server', reason: 'r' } });
    // The run began at 03:04: a minute, and 11 s of warming up and measuring.
    expect(summariseRun(results([trial(), last])).tookMs).toBe(71_000);
    expect(summariseRun(results([failed])).tookMs).toBe(60_000);
    expect(summariseRun(results([])).tookMs).toBeNull();
    expect(summariseRun(results([trial({ startedAt: 'soon' })])).tookMs).toBeNull();
  });

  const [first] = exampleResults().trials;
  const asked: Results = { ...exampleResults(), trials: first === undefined ? [] : [first] };

  it.each([
    ['a run that was ended early', asked, '1 of 24 trials'],
    // A block of 2 scenarios × 4 transports × 1 server.
    ['a check in the middle of a block', { ...asked, commandLine: ['wirebench', 'check'] }, '1 of 8 trials'],
    [
      'a check that could tell after a block',
      { ...exampleResults(1), commandLine: ['wirebench', 'check'] },
      null,
    ],
    ['a search', { ...asked, capacities: [] }, null],
  ])('says of %s what is missing', (_, given, expected) => {
    expect(summariseRun(given).incomplete).toBe(expected);
  });

  it('says what a search found', () => {
    const search = {
      scenario: 'live-feed',
      transport: 'sse',
      server: 'reference',
      by: 'rate',
      objectives: ['latency.p99 <= 100 ms'],
      range: { from: 10, to: 1_000, precision: 0.05 },
      steps: [
        { load: 1_000, verdict: 'met', reasons: [], trial: trial({ outcome: completed(measurements()) }) },
      ],
    } as const;
    const found = { ...search, answer: { kind: 'at-least', load: 1_000, because: 'top', at: null } } as const;
    const untold = { ...search, answer: { kind: 'unknown', because: 'interrupted' } } as const;
    expect(summariseRun(results([], { capacities: [found] }))).toMatchObject({
      word: 'valid',
      outcomes: ['SSE: at least 1,000/s, which is the top of the range.'],
    });
    expect(summariseRun(results([], { capacities: [found, untold] })).word).toBe('doubtful');
  });
});

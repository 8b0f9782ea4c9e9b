import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunProgress } from '../reports/results/progress.ts';
import type { Outcome, Trial } from '../reports/results/schema.ts';
import { completed, measurements } from '../reports/testing/results.ts';
import { type PlannedTrial, planTrials } from '../runners/plan.ts';
import { builtin } from '../scenarios/builtin.ts';
import { keepProgressFile } from './progress-file.ts';
import { runStanding } from './run-standing.ts';

const server = { name: 'reference', command: ['x'], cwd: '/', env: {} } as const;
const plan = planTrials({
  scenarios: builtin('live-feed'),
  transports: ['sse', 'websocket'],
  servers: [server],
  trials: 1,
  seed: 1,
});
const [first, second] = plan;
if (first === undefined || second === undefined) throw new Error('two trials were planned');

function ended(planned: PlannedTrial, outcome: Outcome): Trial {
  const { scenario, transport, block, order, seed } = planned;
  return { scenario, transport, server: 'reference', block, order, seed, startedAt: '', outcome };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A file whose writes are kept. */
function kept() {
  const written: RunProgress[] = [];
  const paths = new Set<string>();
  const errors: string[] = [];
  let failure: Error | null = null;
  const now = () => new Date();
  const file = keepProgressFile({
    standing: runStanding(plan, now),
    folder: '/nowhere/run',
    now,
    onError: ({ message }) => errors.push(message),
    async writeFileAtomic(path, content) {
      if (failure !== null) throw failure;
      paths.add(path);
      written.push(JSON.parse(String(content)));
    },
  });
  const fail = (message: string) => {
    failure = new Error(message);
  };
  return { ...file, written, paths, errors, fail };
}

describe('the progress file', () => {
  it('is there from the beginning, and follows the run', async () => {
    const { onEvent, end, written, paths } = kept();
    // live-feed: 900 for its processes + 100 connections / 5 + 1,000 + 10,000 + 3,000 = 14,920 ms a trial.
    expect(written).toMatchObject([{ planned: 2, doing: { what: 'beginning' }, leftMs: 29_840 }]);
    onEvent({ kind: 'ceiling', server: 'reference', durationMs: 2_000 });
    await vi.advanceTimersByTimeAsync(250);
    expect(written.at(-1)).toMatchObject({ doing: { what: 'ceiling', server: 'reference' } });
    onEvent({ kind: 'trial', trial: first, of: 2 });
    onEvent({ kind: 'stage', trial: first, stage: 'measure' });
    await vi.advanceTimersByTimeAsync(250);
    expect(written.at(-1)).toMatchObject({
      doing: {
        what: 'trial',
        number: 1,
        scenario: 'live-feed',
        transport: first.transport,
        stage: 'measure',
      },
      leftMs: 29_590,
      updatedAt: '1970-01-01T00:00:00.500Z',
    });
    onEvent({ kind: 'trial-done', of: 2, trial: ended(first, completed(measurements())) });
    onEvent({ kind: 'trial', trial: second, of: 2 });
    onEvent({ kind: 'trial-done', of: 2, trial: ended(second, { status: 'skipped', reason: 'r' }) });
    await vi.advanceTimersByTimeAsync(250);
    expect(written.at(-1)).toMatchObject({ ended: { valid: 1, invalid: 0, failed: 0, skipped: 1 } });
    expect([...paths]).toEqual(['/nowhere/run/progress.json']);
    await end();
  });

  it('is written four times a second at most, and every two seconds at least', async () => {
    const { onEvent, end, written } = kept();
    for (let ms = 0; ms < 1_000; ms += 10) {
      onEvent({ kind: 'stage', trial: first, stage: 'warmup' });
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(written).toHaveLength(1 + 4);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(written).toHaveLength(1 + 4 + 5);
    await end();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(written).toHaveLength(1 + 4 + 5);
  });

  it('is given up, and told once, where it cannot be written', async () => {
    const { end, errors, fail } = kept();
    fail('cannot write progress.json: ENOSPC');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(errors).toEqual(['cannot write progress.json: ENOSPC']);
    await end();
  });
});

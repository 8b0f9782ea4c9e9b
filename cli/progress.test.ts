import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Outcome, Trial } from '../reports/results/schema.ts';
import { type PlannedTrial, planTrials } from '../runners/plan.ts';
import { builtin } from '../scenarios/builtin.ts';
import type { ServerSpec } from '../servers/contract.ts';
import { showProgress, timeLeftMs } from './progress.ts';
import { fakeIo } from './testing/fake-io.ts';

const server = (name: string): ServerSpec => ({ name, command: ['x'], cwd: '/', env: {} });
const plan = planTrials({
  scenarios: builtin('live-feed'),
  transports: ['sse', 'websocket'],
  servers: [server('reference')],
  trials: 1,
  seed: 1,
});
const [first, second] = plan;
if (first === undefined || second === undefined) throw new Error('two trials were planned');

function ended(planned: PlannedTrial, outcome: Outcome): Trial {
  const { scenario, transport, server, block, order, seed } = planned;
  return { scenario, transport, server: server.name, block, order, seed, startedAt: '', outcome };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('timeLeftMs', () => {
  // live-feed: 900 for its processes + 100 connections / 5 + 1,000 + 10,000 + 3,000 = 14,920 ms.
  it.each([
    ['before the first', -1, 0, 29_840],
    ['at the start of the first', 0, 0, 29_840],
    ['4,920 ms into the first', 0, 4_920, 24_920],
    ['in the last', 1, 10_000, 4_920],
    ['in a last that takes longer than planned', 1, 99_000, 0],
  ])('%s', (_, current, elapsedMs, expected) => {
    expect(timeLeftMs(plan, current, elapsedMs)).toBe(expected);
  });
});

it('a trial that will be skipped takes no time', () => {
  const pair = planTrials({
    scenarios: builtin('request-reply'),
    transports: ['sse', 'websocket'],
    servers: [server('reference')],
    trials: 1,
    seed: 1,
  });
  // 900 + 60 connections / 5 + 1,000 + 10,000 + 3,000 ms for the WebSocket; SSE has no requests.
  expect(timeLeftMs(pair, -1, 0)).toBe(14_912);
});

describe('where stderr is no terminal', () => {
  it('says one line per finished trial', () => {
    const io = fakeIo();
    const { onEvent, end } = showProgress({ plan, output: io.stderr, now: () => new Date() });
    onEvent({ kind: 'ceiling', server: 'reference', durationMs: 2_000 });
    onEvent({ kind: 'ceiling-failed', server: 'mine', reason: 'it does not\u001b[2Jserve polling' });
    onEvent({
      kind: 'ceiling-done',
      ceiling: {
        server: 'reference',
        tool: 'autocannon 9',
        connections: 100,
        durationMs: 2_000,
        requestsPerSecond: 12_345.6,
        errors: 0,
      },
    });
    onEvent({ kind: 'trial', trial: first, of: 2 });
    onEvent({ kind: 'stage', trial: first, stage: 'connect' });
    vi.advanceTimersByTime(2_340);
    onEvent({
      kind: 'trial-done',
      of: 2,
      trial: ended(first, { status: 'failed', stage: 'connect', reason: '3 of 100 were refused' }),
    });
    onEvent({ kind: 'trial', trial: second, of: 2 });
    onEvent({
      kind: 'trial-done',
      of: 2,
      trial: ended(second, { status: 'skipped', reason: 'the server does not serve it' }),
    });
    end();
    expect(io.err()).toBe(
      [
        'mine could not be asked how many requests it can answer: it does not [2Jserve polling',
        'reference can answer 12,346 plain requests/s (autocannon 9, 100 connections)',
        `[1/2] live-feed · ${first.transport}: failed while connecting: 3 of 100 were refused (2.3 s)`,
        `[2/2] live-feed · ${second.transport}: skipped: the server does not serve it`,
        '',
      ].join('\n'),
    );
  });

  it('names the server where there are several', () => {
    const io = fakeIo();
    const two = planTrials({
      scenarios: builtin('chat'),
      transports: ['sse'],
      servers: [server('a'), server('b')],
      trials: 1,
      seed: 1,
    });
    const { onEvent } = showProgress({ plan: two, output: io.stderr, now: () => new Date() });
    for (const trial of two)
      onEvent({ kind: 'trial-done', of: 2, trial: ended(trial, { status: 'skipped', reason: 'r' }) });
    expect(
      io
        .err()
        .match(/sse · [ab]/g)
        ?.toSorted(),
    ).toEqual(['sse · a', 'sse · b']);
  });
});

describe('on a terminal', () => {
  it('has 80 columns where the terminal says that it has none', () => {
    const io = fakeIo({ columns: 0 });
    const { onEvent } = showProgress({ plan, output: io.stderr, now: () => new Date() });
    onEvent({ kind: 'trial', trial: first, of: 2 });
    onEvent({ kind: 'stage', trial: first, stage: 'measure' });
    expect(io.err()).toContain('measuring · 0:30 left');
  });

  it('keeps a live line with the time left, cut to the width, and takes it away', () => {
    const io = fakeIo({ columns: 60 });
    const { onEvent, end } = showProgress({ plan, output: io.stderr, now: () => new Date() });
    onEvent({ kind: 'trial', trial: first, of: 2 });
    onEvent({ kind: 'stage', trial: first, stage: 'measure' });
    expect(io.err().split('\r\u001b[K').at(-1)).toBe(
      `[1/2] live-feed · ${first.transport} · measuring · 0:30 left`,
    );
    vi.advanceTimersByTime(1_000);
    expect(io.err().split('\r\u001b[K').at(-1)).toBe(
      `[1/2] live-feed · ${first.transport} · measuring · 0:29 left`,
    );
    for (const drawn of io.err().split('\r\u001b[K')) expect(drawn.length).toBeLessThan(60);
    onEvent({
      kind: 'trial-done',
      of: 2,
      trial: ended(first, { status: 'skipped', reason: 'the server does not serve it' }),
    });
    expect(io.err().endsWith('skipped: the server does not serve it\n')).toBe(true);
    end();
    const before = io.err();
    expect(before.endsWith('\r\u001b[K')).toBe(true);
    vi.advanceTimersByTime(5_000);
    expect(io.err()).toBe(before);
  });
});

import { describe, expect, it } from 'vitest';
import { trial } from '../reports/testing/results.ts';
import type { Search } from '../runners/capacity/capacity.ts';
import { scenarioOf } from '../runners/testing/scenarios.ts';
import { searchStanding } from './search-standing.ts';

/** Two searches of steps with 1,500 ms of phases. */
const searches = (['sse', 'websocket'] as const).map((transport): Search => {
  return {
    scenario: scenarioOf({ name: 'feed' }),
    transport,
    server: { name: 'mine', command: ['x'], cwd: '/', env: {} },
    by: 'connections',
    objectives: ['messages.lost<=0'],
    range: { from: 10, to: 100, precision: 0.5, whole: true },
    at: (connections) => scenarioOf({ name: 'feed', connections }),
    judge: () => ({ verdict: 'met', reasons: [] }),
  };
});
const [first, second] = searches;
if (first === undefined || second === undefined) throw new Error('there are two searches');

/** The standing of both, and a clock to move. */
function begin() {
  let ms = 0;
  const standing = searchStanding(searches, () => new Date(ms));
  const say = (search: Search, load: number) =>
    standing.onEvent({ kind: 'step', search, load, scenario: search.at(load) });
  const done = (search: Search, load: number, verdict: 'met' | 'missed') =>
    standing.onEvent({ kind: 'step-done', search, step: { load, verdict, reasons: [], trial: trial() } });
  const end = (search: Search) => {
    const { transport, by, objectives, range } = search;
    const names = { scenario: 'feed', transport, server: 'mine', by, objectives, range };
    standing.onEvent({
      kind: 'search-done',
      search,
      found: { ...names, steps: [], answer: { kind: 'below', load: 10 } },
    });
  };
  const pass = (byMs: number) => {
    ms += byMs;
  };
  return { ...standing, say, done, end, pass, now: () => standing.at(new Date(ms)) };
}

/** Longest step up to a load: processes, five connections a millisecond, phases. */
const stepMs = (to: number) => 900 + to / 5 + 1_500;
/** 10, 20, 40, 80 and 100, then a bisection and one for rounding, each twice. */
const wholeMs = 2 * (5 + 2) * stepMs(100);

describe('the standing of searches', () => {
  it('is what is planned, before the first step', () => {
    expect(begin().now()).toEqual({
      scenarios: ['feed'],
      transports: ['sse', 'websocket'],
      servers: ['mine'],
      searches: 2,
      doing: { what: 'beginning' },
      leftMs: 2 * wholeMs,
    });
  });

  it('follows the steps of a search, and begins again with the next', () => {
    const { onEvent, say, done, end, now } = begin();
    say(first, 10);
    expect(now()).toMatchObject({
      doing: {
        search: 1,
        scenario: 'feed',
        transport: 'sse',
        server: 'mine',
        stage: null,
        by: 'connections',
        load: 10,
        ended: [],
      },
    });
    onEvent({ kind: 'stage', search: first, load: 10, stage: 'measure' });
    expect(now()).toMatchObject({ doing: { search: 1, load: 10, stage: 'measure' } });
    done(first, 10, 'met');
    say(first, 20);
    expect(now()).toMatchObject({ doing: { stage: null, load: 20, ended: [{ load: 10, verdict: 'met' }] } });
    done(first, 20, 'missed');
    end(first);
    say(second, 10);
    expect(now()).toMatchObject({ doing: { search: 2, transport: 'websocket', load: 10, ended: [] } });
  });

  it('has time left for the most steps that there can still be, at the most that one can take', () => {
    const { say, done, end, pass, now } = begin();
    say(first, 10);
    pass(1_000);
    expect(now().leftMs).toBe(2 * wholeMs - 1_000);
    // A step that takes longer than it should takes nothing from the others.
    pass(60_000);
    expect(now().leftMs).toBe(2 * wholeMs - stepMs(10));
    done(first, 10, 'met');
    say(first, 20);
    done(first, 20, 'missed');
    // Between 10 and 20, at most 1.5 times apart: a bisection and one for rounding, each twice.
    expect(now().leftMs).toBe(2 * 2 * stepMs(20) + wholeMs);
    say(first, 14);
    done(first, 14, 'met');
    expect(now().leftMs).toBe(wholeMs);
    end(first);
    expect(now().leftMs).toBe(wholeMs);
    say(second, 10);
    done(second, 10, 'missed');
    end(second);
    expect(now().leftMs).toBe(0);
  });
});

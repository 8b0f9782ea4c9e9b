import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../scenarios/schema.ts';
import type { Transport } from '../servers/contract.ts';
import { noticesOf } from './advice.ts';
import { WARNING_CODES, type Warning } from './results/schema.ts';
import { summarise } from './summary.ts';
import { completed, measurements, results, scenario, trial } from './testing/results.ts';

/** The notices of trials with these warnings, each on its transport. */
function notices(...trials: readonly (readonly [Transport, ...Warning[]])[]) {
  const [summary] = summarise(
    results(
      trials.map(([transport, ...warnings], block) =>
        trial({ transport, block, outcome: completed(measurements(), warnings) }),
      ),
    ),
  );
  if (summary === undefined) throw new Error('no trial, no summary');
  return noticesOf(summary);
}

const few = (message: string): Warning => ({ code: 'few-samples', level: 'doubtful', message });
const lost = (message: string): Warning => ({ code: 'lost', level: 'invalid', message });

describe('noticesOf', () => {
  it.each(WARNING_CODES)('names of "%s" whose numbers not to trust, and what to do', (code) => {
    const [notice] = notices(['sse', { code, level: 'invalid', message: 'x' }]);
    expect(notice).toMatchObject({ code, level: 'invalid', verdict: 'SSE is invalid', evidence: 'x' });
    expect(notice?.distrust).toMatch(/^do not trust its (?:[a-z]+\.[\w*]+(?:, | and )?)+ in live-feed$/);
    expect(notice?.advice.length).toBeGreaterThan(20);
  });

  it('says a cause that repeats over transports once', () => {
    const told = notices(
      ['sse', few('8 samples')],
      ['websocket', few('8 samples')],
      ['polling', few('8 samples')],
    );
    expect(told).toEqual([
      {
        code: 'few-samples',
        level: 'doubtful',
        verdict: 'Polling, SSE and WebSocket are doubtful',
        evidence: '8 samples (3 of 3 trials)',
        distrust: 'be careful with their latency.* in live-feed',
        advice: 'measure longer than 10 s (--duration) or raise --rate',
      },
    ]);
  });

  it('says whose evidence it is where others have another', () => {
    const told = notices(
      ['sse', lost('1 lost')],
      ['sse', lost('2 lost')],
      ['polling', lost('3 lost')],
      ['polling'],
    );
    expect(told.map(({ verdict, evidence }) => [verdict, evidence])).toEqual([
      ['Polling and SSE are invalid', 'polling: 3 lost (3 of 4 trials)'],
    ]);
  });

  it('counts trials, not warnings, and puts first what makes trials invalid', () => {
    const told = notices(['sse', few('8 samples'), lost('up'), lost('down')], ['sse', few('9 samples')]);
    expect(told.map(({ code, evidence }) => [code, evidence])).toEqual([
      ['lost', 'up (1 of 2 trials)'],
      ['few-samples', '8 samples (2 of 2 trials)'],
    ]);
  });

  it('has nothing to say of valid trials', () => {
    expect(notices(['sse'], ['polling'])).toEqual([]);
  });
});

/** What is advised about a warning of an SSE trial of a live feed with these fields. */
function advice(code: Warning['code'], fields: Partial<ScenarioInput>): string | undefined {
  const outcome = completed(measurements(), [{ code, level: 'invalid', message: 'evidence' }]);
  const [summary] = summarise(results([trial({ scenario: scenario(fields), transport: 'sse', outcome })]));
  return summary === undefined ? undefined : noticesOf(summary)[0]?.advice;
}

describe('the advice on connections that broke', () => {
  const verify = 'run `wirebench verify` on the server: it tells which rule of the contract it breaks';
  const cut = { events: [{ kind: 'cut', atMs: 100 }] } as const;

  it.each([
    [
      'the link cuts them and nobody comes back',
      { link: cut },
      'the link breaks connections and nobody comes back: set "reconnect" in the scenario',
    ],
    ['everybody comes back', { link: cut, reconnect: {} }, verify],
    ['the link only stalls', { link: { events: [{ kind: 'stall', atMs: 1, forMs: 1 }] } }, verify],
    ['there is no link', {}, verify],
  ] as const)('where %s', (_, fields, expected) => {
    expect(advice('faults', fields)).toBe(expected);
  });

  it('names what clients wait for when they were not back', () => {
    expect(advice('unrecovered', { link: cut, reconnect: {} })).toContain('"reconnect.upToMs"');
  });
});

import { describe, expect, it } from 'vitest';
import type { Transport } from '../servers/contract.ts';
import { headlineOf, leadersOf } from './headline.ts';
import { ratioTo } from './ratios.ts';
import type { Trial } from './results/schema.ts';
import { summarise } from './summary.ts';
import { exampleResults } from './testing/example.ts';
import { completed, encoded, measurements, results, scenario, trial } from './testing/results.ts';

/** Trials of one arm with these medians, 40 samples each, and a harness that is late by `latenessUs`. */
function arm(transport: Transport, mediansUs: readonly number[], latenessUs = 1): Trial[] {
  const empty = encoded([]);
  return mediansUs.map((us, block) => {
    const latency = encoded(Array.from({ length: 40 }, () => us));
    const lateness = encoded(Array.from({ length: 40 }, () => latenessUs));
    const histograms = {
      latency,
      service: empty,
      lateness,
      connect: empty,
      recovery: empty,
      loopDelay: empty,
    };
    return trial({ transport, block, outcome: completed(measurements({ histograms })) });
  });
}

function headline(...arms: readonly (readonly Trial[])[]): string {
  const [summary] = summarise(results(arms.flat()));
  return summary === undefined ? '' : headlineOf(summary).join(' ');
}

describe('headlineOf', () => {
  it('says who is ahead, and by how much', () => {
    expect(headline(arm('sse', [100, 101, 102, 103]), arm('polling', [1_000, 1_001, 1_002, 1_003]))).toBe(
      'SSE has the lowest median latency (102 µs); polling 9.9 times that (1 ms). ' +
        'With 4 trials an arm, differences are tested, but a median has no 95 % interval: that takes 6.',
    );
  });

  it('says of single trials what tells arms apart, and calls equal ones a tie', () => {
    expect(headline(arm('sse', [100]), arm('websocket', [100]))).toBe(
      'SSE and WebSocket tie for the lowest median latency (100 µs). With 1 trial an arm, arms are told apart only ' +
        'by 1 % of bytes, a factor of 2 of CPU or memory, or a factor of 10 of latency; a test at 95 % takes 4 trials.',
    );
  });

  it('calls a tie a tie', () => {
    expect(
      headline(arm('sse', [100, 120, 140, 160, 180, 200]), arm('websocket', [110, 130, 150, 170, 190, 210])),
    ).toBe('SSE and WebSocket tie for the lowest median latency (150 µs and 160 µs).');
  });

  it('names the lowest and the highest of many values, and how many arms they are of', () => {
    const arms = ['one', 'two', 'three'].flatMap((server, index) => [
      arm('sse', [100 + index]).map((each) => ({ ...each, server })),
      arm('websocket', [200 + index]).map((each) => ({ ...each, server })),
    ]);
    expect(headline(...arms)).toContain(
      'cannot be told apart for the lowest median latency (6 arms, from 100 µs to 202 µs).',
    );
    expect(headline(...arms.slice(0, 4))).toContain('(100 µs, 101 µs, 200 µs and 201 µs)');
  });

  it('calls what the blocks do not agree on a tie, as the ratios of the same page do', () => {
    // One of 36 pairs is the other way round, which the rank test calls apart; but it is a block's own pair, and the
    // interval of six ratios is from the least to the greatest.
    const sse = arm('sse', [100, 101, 102, 103, 104, 130]);
    const websocket = arm('websocket', [140, 141, 142, 143, 144, 125]);
    expect(headline(sse, websocket)).toBe(
      'SSE and WebSocket tie for the lowest median latency (103 µs and 142 µs).',
    );
    const [summary] = summarise(results([...sse, ...websocket]));
    const [left, right] = summary?.arms ?? [];
    if (left === undefined || right === undefined) throw new Error('an arm is missing');
    expect(leadersOf([left, right], 'latency.p50')).toEqual([left, right]);
    expect(ratioTo(right, left, 'latency.p50')?.distance).toBe('tied');
  });

  it('calls what every trial shows a difference when there are too few for a test, and says so', () => {
    expect(headline(arm('sse', [200, 201, 202]), arm('websocket', [100, 101, 102]))).toMatch(
      /^WebSocket has the lowest median latency \(101 µs\); SSE 99 % more \(201 µs\)\. With 3 trials an arm,/,
    );
    expect(headline(arm('sse', [100, 300, 202]), arm('websocket', [100, 101, 102]))).toMatch(
      /^WebSocket and SSE cannot be told apart for the lowest median latency/,
    );
  });

  it('makes nothing of the latencies of single trials that differ by less than a factor of ten', () => {
    expect(headline(arm('sse', [900]), arm('websocket', [100]))).toMatch(/cannot be told apart/);
    expect(headline(arm('sse', [1_100]), arm('websocket', [100]))).toMatch(/^WebSocket has the lowest/);
  });

  it('does not read more than the ruler: a difference below the harness’s lateness is a tie', () => {
    const sse = arm('sse', [300, 301, 302, 303, 304, 305], 50);
    expect(headline(sse, arm('websocket', [260, 261, 262, 263, 264, 265], 50))).toMatch(
      /^WebSocket and SSE tie/,
    );
    expect(headline(sse, arm('websocket', [240, 241, 242, 243, 244, 245], 50))).toMatch(/^WebSocket has/);
  });

  it('leaves out arms with an invalid trial, and says so', () => {
    const [, chat] = summarise(exampleResults(4));
    const text = chat === undefined ? '' : headlineOf(chat).join(' ');
    expect(text).toMatch(/^SSE has the lowest p99 latency \(\d+ µs\); long-polling 3\.\d times that/);
    expect(text).toContain('WebSocket had invalid trials and took no part.');
  });

  it('compares idle connections by what staying connected costs', () => {
    const idle = scenario({ workload: { kind: 'idle' } });
    const bytes = { payload: 0, framing: 0, headers: 0, handshake: 0, control: 500, tls: 0, outside: 0 };
    const none = { ...bytes, control: 0 };
    const measured = measurements({
      connections: { asked: 10, opened: 10, reopened: 0, unrecovered: 0 },
      bytes: { up: bytes, down: none },
    });
    expect(headline([trial({ scenario: idle, outcome: completed(measured) })])).toBe(
      'WebSocket has nothing to be compared with: bytes per connection and second 5 B.',
    );
  });

  it('has words for a scenario without a single number', () => {
    expect(headline([trial({ outcome: { status: 'skipped', reason: 'x' } })])).toBe(
      'No arm has a trial that can be believed, so nothing is compared.',
    );
    expect(headline([trial()])).toBe('The completed trials have no number in common to compare.');
  });
});

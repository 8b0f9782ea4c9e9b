import { expect, it } from 'vitest';
import { trial } from '../reports/testing/results.ts';
import type { Search } from '../runners/capacity/capacity.ts';
import { scenarioOf } from '../runners/testing/scenarios.ts';
import { capacityProgress } from './capacity-progress.ts';
import { fakeIo } from './testing/fake-io.ts';

const SEARCH: Search = {
  scenario: scenarioOf({ name: 'feed' }),
  transport: 'sse',
  server: { name: 'mine', command: ['x'], cwd: '/', env: {} },
  by: 'connections',
  objectives: ['messages.lost<=0'],
  range: { from: 1, to: 100, precision: 0.05, whole: true },
  at: (connections) => scenarioOf({ connections }),
  judge: () => ({ verdict: 'met', reasons: [] }),
};

/** Everything that happens in one step of three clients, which misses, and the end of its search. */
function show(search: Search, columns?: number): string {
  let ms = 0;
  const now = () => new Date(ms);
  const io = fakeIo({ now, ...(columns === undefined ? {} : { columns }) });
  const { onEvent, say, end } = capacityProgress({ output: io.stderr, now });
  const load = 3;
  onEvent({ kind: 'step', search, load, scenario: search.at(load) });
  onEvent({ kind: 'stage', search, load, stage: 'measure' });
  ms = 2_500;
  const step = { load, verdict: 'missed', reasons: ['2 lost', 'latency\n99'], trial: trial() } as const;
  onEvent({ kind: 'step-done', search, step });
  say('stopping');
  const { scenario, transport, server, by, objectives, range } = search;
  const names = { scenario: scenario.name, transport, server: server.name, by, objectives, range };
  onEvent({
    kind: 'search-done',
    search,
    found: { ...names, steps: [step], answer: { kind: 'below', load } },
  });
  end();
  return io.err();
}

it('writes a line for each finished step and search, without control characters of others', () => {
  expect(show(SEARCH)).toBe(
    [
      'feed · sse · mine · 3 connections: missed: 2 lost; latency 99 (2.5 s)',
      'stopping',
      'feed · sse · mine: less than 3 connections, the lowest that was tried: 2 lost; latency\u000099\n',
    ]
      .join('\n')
      .replace('\u0000', ' '),
  );
});

it('on a terminal also says what it does, in one line that it takes away again', () => {
  const clear = '\r\u001b[K';
  expect(show(SEARCH, 60).split(clear)).toEqual([
    '',
    'feed · sse · mine · 3 connections · 400 ms to measure',
    'feed · sse · mine · 3 connections · measuring',
    'feed · sse · mine · 3 connections: missed: 2 lost; latency 99 (2.5 s)\n',
    'stopping\n',
    'feed · sse · mine: less than 3 connections, the lowest that was tried: 2 lost; latency 99\n',
    '',
  ]);
  for (const line of show(SEARCH, 30).split(clear).slice(1, 3)) expect(line).toHaveLength(29);
  // A terminal that nobody has given a size, such as that of `script`, says that it has none.
  expect(show(SEARCH, 0)).toBe(show(SEARCH, 80));
});

it('says that a rate is that of each source where there are several', () => {
  const workload = {
    kind: 'request',
    payloadBytes: 64,
    schedule: { kind: 'poisson', perSecond: 3 },
  } as const;
  const scenario = scenarioOf({ name: 'asked', connections: 20, workload });
  expect(show({ ...SEARCH, by: 'rate', scenario })).toContain('asked · sse · mine · 3/s each: missed');
});

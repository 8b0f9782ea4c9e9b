import { describe, expect, it } from 'vitest';
import type { Measurements, Results, Trial } from '../results/schema.ts';
import { exampleResults } from '../testing/example.ts';
import { completed, encoded, measurements, NO_BYTES, results, scenario, trial } from '../testing/results.ts';
import { search, searchResults } from '../testing/searches.ts';
import { compareRuns } from './compare.ts';
import { outcomeOf, type Pair, type RunComparison } from './comparison.ts';

/** Trials whose p50 is each of these, and whose messages take `bytes` each. */
function run(p50s: readonly number[], bytes: number, overrides: Partial<Trial> = {}): Results {
  return results(
    p50s.map((us, block) => trial({ block, outcome: completed(measured(us, bytes)), ...overrides })),
  );
}

function measured(us: number, bytes: number): Measurements {
  const base = measurements();
  return measurements({
    histograms: { ...base.histograms, latency: encoded(Array.from({ length: 100 }, () => us)) },
    messages: { ...base.messages, due: 100, sent: 100, expected: 100, received: 100 },
    bytes: { up: NO_BYTES, down: { ...NO_BYTES, payload: bytes * 100 } },
  });
}

function compare(before: Results, after: Results): RunComparison {
  const [comparison] = compareRuns({ name: 'a', results: before }, [{ name: 'b', results: after }]);
  if (comparison === undefined) throw new Error('two runs are one comparison');
  return comparison;
}

function change(comparison: RunComparison, metric: string) {
  const [pair] = comparison.pairs;
  if (pair?.status !== 'compared') throw new Error(`not compared: ${JSON.stringify(pair)}`);
  const found = pair.changes.find((each) => each.metric === metric);
  if (found === undefined) throw new Error(`no ${metric}`);
  return found;
}

const fast = [1_000, 1_010, 1_020, 1_030, 1_040, 1_050];
const slow = fast.map((us) => us * 2);

describe('compareRuns', () => {
  it('finds what is twice as slow, with its interval', () => {
    const p50 = change(compare(run(fast, 200), run(slow, 200)), 'latency.p50');
    expect(p50).toMatchObject({ finding: 'worse', effect: 'ratio', unit: 'µs' });
    expect(p50.estimate).toBeCloseTo(2, 2);
    expect(p50.low).toBeGreaterThan(1.9);
    expect(p50.high).toBeLessThan(2.1);
    expect(change(compare(run(slow, 200), run(fast, 200)), 'latency.p50').finding).toBe('better');
  });

  it.each([
    ['the same values in another order', run([...fast].reverse(), 200), 'cannot tell'],
    ['two trials', run(slow.slice(4), 200), 'too few'],
  ])('says of %s that it is untold', (_, after, finding) => {
    expect(change(compare(run(fast, 200), after), 'latency.p50').finding).toBe(finding);
  });

  it('calls bytes that never vary equal, and one more byte worse', () => {
    const equal = change(compare(run(fast, 200), run(fast, 200)), 'bytes.perMessage');
    expect(equal).toMatchObject({ finding: 'equal', estimate: 1, low: 1, high: 1 });
    const more = change(compare(run(fast, 200), run(fast, 201)), 'bytes.perMessage');
    expect(more).toMatchObject({ finding: 'worse', before: 200, after: 201 });
  });

  it('takes the difference where a value is 0', () => {
    expect(change(compare(run(fast, 200), run(fast, 200)), 'messages.lost')).toMatchObject({
      effect: 'difference',
      estimate: 0,
      finding: 'equal',
    });
  });

  it('sees nothing that the harness itself was late by', () => {
    const late = (us: number): Measurements => {
      const base = measured(us, 200);
      return { ...base, histograms: { ...base.histograms, lateness: encoded([5_000]) } };
    };
    const of = (values: readonly number[]) =>
      results(values.map((us, block) => trial({ block, outcome: completed(late(us)) })));
    expect(change(compare(of(fast), of(slow)), 'latency.p50').finding).toBe('cannot tell');
  });

  const pairOf = (comparison: RunComparison) => comparison.pairs[0];
  const refused = (before: Results, after: Results): Pair | undefined => pairOf(compare(before, after));

  it('refuses another scenario, and names the field', () => {
    const other = run(fast, 200, { scenario: scenario({ connections: 7 }) });
    const comparison = compare(run(fast, 200), other);
    expect(pairOf(comparison)).toMatchObject({
      status: 'refused',
      code: 'different scenario',
      reason: 'the scenario is not the same: connections 100 → 7',
    });
    expect(outcomeOf([comparison])).toBe('incompatible');
  });

  it('refuses a run that asked different things in its own trials', () => {
    const mixed = run(fast, 200);
    const trials = mixed.trials.map((each, index) =>
      index === 2 ? { ...each, scenario: scenario({ connections: 7 }) } : each,
    );
    expect(refused(mixed, { ...mixed, trials })).toMatchObject({ code: 'different scenario' });
  });

  it('never compares invalid trials', () => {
    const invalid = completed(measured(1, 200), [{ code: 'lost', level: 'invalid', message: '1 lost' }]);
    const comparison = compare(run(fast, 200), run(fast, 200, { outcome: invalid }));
    expect(pairOf(comparison)).toMatchObject({
      code: 'invalid trials',
      reason: '6 of 6 trials after are invalid (lost)',
    });
    expect(outcomeOf([comparison])).toBe('invalid');
  });

  it.each([
    ['skipped', { status: 'skipped', reason: 'x' } as const],
    ['failed', { status: 'failed', stage: 'connect', reason: 'x' } as const],
  ])('compares nothing where all trials %s', (_, outcome) => {
    const comparison = compare(run(fast, 200), run(fast, 200, { outcome }));
    expect(pairOf(comparison)).toMatchObject({ code: 'nothing completed' });
    expect(outcomeOf([comparison])).toBe('incompatible');
  });

  it('compares two servers as two arms where each run has one, and by name where not', () => {
    const mine = run(slow, 200, { server: 'mine' });
    expect(compare(run(fast, 200), mine).pairs).toEqual([
      expect.objectContaining({ status: 'compared', servers: { before: 'reference', after: 'mine' } }),
    ]);
    const both = results([...run(fast, 200).trials, ...mine.trials]);
    expect(compare(both, mine).pairs.map(({ status, servers }) => [status, servers.before])).toEqual([
      ['refused', 'reference'],
      ['compared', 'mine'],
    ]);
  });

  it('says what only one of the runs has', () => {
    const sse = run(fast, 200, { transport: 'sse' });
    expect(compare(run(fast, 200), sse).pairs).toEqual([
      expect.objectContaining({ transport: 'sse', code: 'only after', reason: 'only b has it' }),
      expect.objectContaining({ transport: 'websocket', code: 'only before', reason: 'only a has it' }),
    ]);
  });

  it('warns where the machine or the software is another, and of the same run twice', () => {
    const before = run(fast, 200);
    const { environment, versions } = before;
    const after: Results = {
      ...run(slow, 200),
      environment: { ...environment, cores: 4, memoryBytes: environment.memoryBytes * 1.01 },
      versions: { ...versions, ws: '9.0.0' },
    };
    expect(compare(before, after).warnings).toEqual([
      'The surroundings changed, and times, CPU and memory with them: 2 cores → 4 cores; ws 8.23.0 → 9.0.0',
    ]);
    expect(compare(before, before).warnings).toEqual(['a and b hold the same trials']);
  });

  it('of two empty runs is nothing', () => {
    const comparison = compare(results([]), results([]));
    expect(comparison).toMatchObject({ pairs: [], warnings: [] });
    expect(outcomeOf([comparison])).toBe('incompatible');
  });

  it('of two searches is nothing, and says so', () => {
    const comparison = compare(searchResults(search('sse')), searchResults(search('polling')));
    expect(comparison).toMatchObject({
      pairs: [],
      warnings: ['Searches for a capacity are not compared, and there are some in a and b'],
    });
    expect(outcomeOf([comparison])).toBe('incompatible');
    const beside = compare(run(fast, 200), { ...run(fast, 200), capacities: [search('sse')] });
    expect(beside.warnings).toEqual([
      'a and b hold the same trials',
      'Searches for a capacity are not compared, and there are some in b',
    ]);
  });

  it('keeps its notices of doubt and failure', () => {
    const { pairs } = compare(exampleResults(5), exampleResults(5));
    const notices = pairs.flatMap((pair) => (pair.status === 'compared' ? pair.notices : []));
    expect(notices).toContain('doubtful before (few-samples)');
    expect(notices).toContain('1 of 5 trials after failed');
  });
});

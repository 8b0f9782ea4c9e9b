import { describe, expect, it } from 'vitest';
import type { Transport } from '../../servers/contract.ts';
import { parseObjective } from '../objectives.ts';
import type { Measurements, Trial, Warning } from '../results/schema.ts';
import { completed, encoded, measurements, NO_BYTES, trial } from '../testing/results.ts';
import { type ArmPair, pairArms } from './arms.ts';
import { judge } from './judge.ts';

const LEVEL = 0.05 / 3;
const LOST: Warning = { code: 'lost', level: 'invalid', message: '3 of 10,000 messages never arrived' };
const STOLEN: Warning = { code: 'stolen-cpu', level: 'doubtful', message: 'the host took 7 %' };

/** A trial of 10,000 deliveries of `bytes` each, `latencyUs` late, and what is said beside. */
function measured(latencyUs: number, { bytes = 212, samples = 10_000 } = {}): Measurements {
  const spread = Array.from({ length: samples }, (_, index) => latencyUs * (1 + (index % 100) / 200));
  const empty = encoded([]);
  return measurements({
    histograms: {
      latency: encoded(spread),
      service: empty,
      lateness: empty,
      connect: empty,
      recovery: empty,
      loopDelay: empty,
    },
    messages: { ...measurements().messages, expected: samples, received: samples },
    bytes: { up: NO_BYTES, down: { ...NO_BYTES, payload: bytes * samples } },
    processes: [{ role: 'server', cpuUs: latencyUs * samples, rssBytes: 1, rssBeforeBytes: 1 }],
  });
}

/** What changes one block of a side. */
type Change = (block: number) => Partial<Trial>;

function side(
  factor: number,
  { blocks = 10, bytes = 212, transport = 'sse' as Transport, change = (() => ({})) as Change } = {},
) {
  return Array.from({ length: blocks }, (_, block) => {
    const outcome = completed(measured(5_000 * factor * (1 + (block % 4) / 100), { bytes }));
    return trial({ transport, block, outcome, ...change(block) });
  });
}

const judged = (
  baseline: readonly Trial[],
  candidate: readonly Trial[],
  gates: readonly string[] | null = null,
) => judge(pairArms(baseline, candidate), gates?.map(parseObjective) ?? null, LEVEL);

describe('judge', () => {
  it('passes what is the same', () => {
    const { answer, gates, problems, notes } = judged(side(1), side(1));
    expect([answer, problems, notes]).toEqual(['pass', [], []]);
    expect(gates.map(({ gate }) => gate.metric)).toEqual([
      'latency.p50',
      'latency.p99',
      'delivered.perSecond',
      'bytes.perMessage',
      'server.cpuUsPerMessage',
    ]);
  });

  it('finds what got slower, and what got heavier', () => {
    const names = (result: ReturnType<typeof judged>) =>
      result.gates.flatMap((each) =>
        each.kind !== 'unevaluated' && each.answer === 'regressed' ? [each.gate.metric] : [],
      );
    const slower = judged(side(1), side(1.4));
    expect([slower.answer, names(slower)]).toEqual([
      'regressed',
      ['latency.p50', 'latency.p99', 'server.cpuUsPerMessage'],
    ]);
    const heavier = judged(side(1), side(1, { bytes: 223 }));
    expect([heavier.answer, names(heavier)]).toEqual(['regressed', ['bytes.perMessage']]);
  });

  it('lets a doubtful trial pass', () => {
    const doubtful: Change = () => ({ outcome: completed(measured(5_000), [STOLEN]) });
    expect(judged(side(1, { change: doubtful }), side(1, { change: doubtful })).answer).toBe('pass');
  });

  const skipped: Change = () => ({ outcome: { status: 'skipped', reason: 'does not serve sse' } });
  const failed: Change = (block) =>
    block === 4 ? { outcome: { status: 'failed', stage: 'connect', reason: 'refused' } } : {};
  const lost: Change = (block) => (block === 4 ? { outcome: completed(measured(5_000), [LOST]) } : {});

  it.each([
    ['nothing at all', [], [], 'no gate was evaluated'],
    ['no baseline', [], side(1), 'there is no trial of the baseline'],
    ['no candidate', side(1), [], 'there is no trial of the candidate'],
    [
      'an arm less',
      [...side(1), ...side(1, { transport: 'websocket' })],
      side(1),
      'live-feed · websocket: there is no trial of the candidate',
    ],
    [
      'a failed trial',
      side(1),
      side(1, { change: failed }),
      'candidate: failed at the stage "connect" (refused)',
    ],
    ['a skipped side', side(1, { change: skipped }), side(1), 'baseline: skipped (does not serve sse)'],
    ['both sides skipped', side(1, { change: skipped }), side(1, { change: skipped }), 'skipped'],
    [
      'lost frames',
      side(1),
      side(1, { change: lost }),
      'candidate: invalid (lost: 3 of 10,000 messages never arrived)',
    ],
    ['lost frames of the baseline', side(1, { change: lost }), side(1), 'baseline: invalid'],
    ['lost frames beside a regression', side(1), side(2, { change: lost }), 'lost'],
    ['a block less', side(1), side(1, { blocks: 9 }), 'not measured in the same blocks'],
  ])('is invalid with %s', (_, baseline, candidate, problem) => {
    const { answer, problems } = judged(baseline, candidate);
    expect([answer, problems.join('\n')]).toEqual(['invalid', expect.stringContaining(problem)]);
  });

  it('asks what it is told to ask, of the arms it is told to ask', () => {
    const both = (factor: number) => [...side(factor), ...side(1, { transport: 'websocket' })];
    const { answer, gates } = judged(both(1), both(1.4), [
      'websocket latency.p50 <= +10%',
      'bytes.perMessage <= +1%',
    ]);
    expect(answer).toBe('pass');
    expect(gates.map(({ gate }) => `${gate.transport} ${gate.metric}`)).toEqual([
      'websocket latency.p50',
      'sse bytes.perMessage',
      'websocket bytes.perMessage',
    ]);
  });

  it('is invalid where nothing was measured for a gate', () => {
    const { answer, problems } = judged(side(1), side(1), [
      'bytes.perMessage <= +1%',
      'polling latency.p50 <= +10%',
    ]);
    expect([answer, problems]).toEqual([
      'invalid',
      ['nothing was measured for the gate "polling latency.p50 <= +10 %"'],
    ]);
  });

  it('gates a percentile only where a hundred samples lie beyond it', () => {
    const few: Change = (block) => ({
      outcome: completed(measured(5_000, { samples: block === 3 ? 9_000 : 10_000 })),
    });
    const asDefault = judged(side(1), side(1, { change: few }), null);
    expect(asDefault.notes).toEqual([
      'live-feed · sse · latency.p99 is not gated: it takes 10,000 samples a trial, and there are 9,000; measure longer (--duration)',
    ]);
    expect(asDefault.gates.map(({ gate }) => gate.metric)).not.toContain('latency.p99');
    // Asked for by name, it must be answered.
    const asked = judged(side(1), side(1, { change: few }), [
      'latency.p99 <= +20%',
      'bytes.perMessage <= +1%',
    ]);
    expect([asked.answer, asked.gates[0]]).toEqual([
      'invalid',
      expect.objectContaining({ kind: 'unevaluated', reason: expect.stringContaining('10,000 samples') }),
    ]);
  });

  it('does not pair numbers across blocks where one has none', () => {
    const without: Change = (block) =>
      block === 2 ? { outcome: completed({ ...measured(5_000), processes: [] }) } : {};
    const { answer, gates } = judged(side(1), side(1, { change: without }));
    expect(answer).toBe('invalid');
    expect(gates.at(-1)).toMatchObject({ kind: 'unevaluated', reason: '1 trial without a number for it' });
  });

  it('leaves out the server’s CPU where nobody could watch it, and says so', () => {
    const remote: Change = () => ({ outcome: completed({ ...measured(5_000), processes: [] }) });
    const { answer, notes } = judged(side(1, { change: remote }), side(1, { change: remote }));
    expect([answer, notes]).toEqual([
      'pass',
      ['live-feed · sse · server.cpuUsPerMessage is not gated: no trial has a number for it'],
    ]);
  });
});

describe('pairArms', () => {
  it('puts blocks in order, whatever the order of the trials', () => {
    const [pair] = pairArms(side(1).reverse(), side(1)) as [ArmPair];
    expect(pair.baseline.map(({ block }) => block)).toEqual(pair.candidate.map(({ block }) => block));
  });

  it('puts arms in the order of their names, whatever the order of the trials', () => {
    const pairs = pairArms(
      [...side(1, { transport: 'websocket' }), ...side(1)],
      side(1, { transport: 'polling' }),
    );
    expect(pairs.map(({ transport }) => transport)).toEqual(['polling', 'sse', 'websocket']);
  });
});

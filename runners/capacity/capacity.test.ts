import { describe, expect, it } from 'vitest';
import type { StepVerdict } from '../../reports/results/capacity.ts';
import type { Results, Trial } from '../../reports/results/schema.ts';
import { scenarioOf } from '../testing/scenarios.ts';
import { type CapacityEvent, type CapacityOptions, type Search, searchAll } from './capacity.ts';

/** A step's trial, whose `reason` is the load that it was run at. */
const trialAt = (load: number) => async (planned: Parameters<Parameters<typeof searchAll>[1]>[0]) => {
  const { scenario, transport, server, block, order, seed } = planned;
  const outcome = { status: 'skipped', reason: String(load) } as const;
  return {
    scenario,
    transport,
    server: server.name,
    block,
    order,
    seed,
    startedAt: '',
    outcome,
  } satisfies Trial;
};

/** Runs searches with a server that does as it is told. */
function searching(verdictAt: (load: number) => StepVerdict, options: Partial<CapacityOptions> = {}) {
  const search = (transport: Search['transport']): Search => ({
    scenario: scenarioOf(),
    transport,
    server: { name: 'fake', command: ['false'], cwd: '/', env: {} },
    by: 'connections',
    objectives: ['messages.lost <= 0'],
    range: { from: 1, to: 1_000, precision: 0.05, whole: true },
    at: (connections) => scenarioOf({ connections }),
    judge: (outcome) => ({
      verdict: verdictAt(outcome.status === 'skipped' ? Number(outcome.reason) : Number.NaN),
      reasons: [],
    }),
  });
  return searchAll(
    { searches: [search('sse'), search('websocket')], seed: 1, commandLine: ['capacity'], ...options },
    (planned, _search, load) => trialAt(load)(planned),
  );
}

describe('searchAll', () => {
  it('searches one arm after the other, and keeps every step as it was run', async () => {
    const { trials, capacities = [], comparison } = await searching((load) => (load <= 5 ? 'met' : 'missed'));
    expect(trials).toEqual([]);
    expect(comparison.transports).toEqual(['sse', 'websocket']);
    expect(capacities.map(({ transport, answer }) => ({ transport, answer }))).toEqual([
      { transport: 'sse', answer: { kind: 'found', load: 5, missedAt: 6 } },
      { transport: 'websocket', answer: { kind: 'found', load: 5, missedAt: 6 } },
    ]);
    const steps = capacities.flatMap((found) => found.steps);
    expect(steps.map(({ load, trial }) => [load, trial.scenario.connections])).toEqual(
      [1, 2, 4, 8, 6, 5, 1, 2, 4, 8, 6, 5].map((load) => [load, load]),
    );
    expect(steps.map(({ trial }) => trial.order)).toEqual(steps.map((_, index) => index));
    expect(new Set(steps.map(({ trial }) => trial.seed)).size).toBe(steps.length);
  });

  it('saves after every step what is known by then', async () => {
    const saved: Results[] = [];
    await searching((load) => (load <= 2 ? 'met' : 'missed'), {
      save: async (results) => void saved.push(results),
    });
    const answers = saved.map(({ capacities = [] }) => capacities.map(({ answer }) => answer.kind).join(' '));
    expect(answers).toEqual([
      'at-least',
      'at-least',
      'at-least',
      'found',
      'found at-least',
      'found at-least',
      'found at-least',
      'found found',
    ]);
  });

  it('keeps the finished steps when it is interrupted', async () => {
    const controller = new AbortController();
    const onEvent = (event: CapacityEvent) => {
      if (event.kind === 'step-done' && event.step.load === 4) controller.abort();
    };
    const { capacities } = await searching(() => 'met', { signal: controller.signal, onEvent });
    expect(capacities).toMatchObject([
      { steps: [{}, {}, {}], answer: { kind: 'at-least', load: 4, because: 'interrupted', at: null } },
    ]);
  });

  it('ends with the error of whoever saves', async () => {
    const save = async () => {
      throw new Error('the disk is full');
    };
    await expect(searching(() => 'met', { save })).rejects.toThrow('the disk is full');
  });
});

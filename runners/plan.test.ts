import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../servers/contract.ts';
import { type Comparison, planTrials, trialMs } from './plan.ts';
import { scenarioOf } from './testing/scenarios.ts';

const servers = ['one', 'two'].map((name) => ({ name, command: ['true'] as const, cwd: '/', env: {} }));
const comparison: Comparison = {
  scenarios: [scenarioOf({ name: 'feed' }), scenarioOf({ name: 'chat' })],
  transports: TRANSPORTS,
  servers,
  trials: 4,
  seed: 7,
};

function armOf({ scenario, transport, server }: ReturnType<typeof planTrials>[number]): string {
  return `${scenario.name} ${transport} ${server.name}`;
}

describe('planTrials', () => {
  it('runs every arm once in every block, one block after the other', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), (seed, trials) => {
        const plan = planTrials({ ...comparison, seed, trials });
        const arms = 2 * 4 * 2;
        expect(plan.map(({ order }) => order)).toEqual(Array.from({ length: trials * arms }, (_, at) => at));
        for (let block = 0; block < trials; block += 1) {
          const inBlock = plan.slice(block * arms, (block + 1) * arms);
          expect(new Set(inBlock.map((trial) => trial.block))).toEqual(new Set([block]));
          expect(new Set(inBlock.map(armOf)).size).toBe(arms);
        }
      }),
    );
  });

  it('is the same for the same seed, and another order for another', () => {
    const orderOf = (seed: number) => planTrials({ ...comparison, seed }).map(armOf);
    expect(orderOf(7)).toEqual(orderOf(7));
    expect(orderOf(7)).not.toEqual(orderOf(8));
  });

  it('shuffles every block anew', () => {
    const plan = planTrials(comparison);
    const orders = [0, 1, 2, 3].map((block) =>
      plan
        .filter((trial) => trial.block === block)
        .map(armOf)
        .join(),
    );
    expect(new Set(orders).size).toBe(4);
  });

  it('lets every arm come early and late: no place in the block belongs to one of them', () => {
    const first = planTrials({ ...comparison, trials: 400 }).filter(({ order }) => order % 16 === 0);
    const times = new Map<string, number>();
    for (const trial of first) times.set(armOf(trial), (times.get(armOf(trial)) ?? 0) + 1);
    // 400 blocks, 16 arms: 25 each; binomial, so 5 standard deviations (4.84) allow 1 to 49.
    expect(times.size).toBe(16);
    expect(Math.max(...times.values())).toBeLessThan(50);
  });

  it('gives all transports and servers of a block and scenario the same load, and every block another', () => {
    const seeds = new Map<string, Set<number>>();
    for (const { scenario, block, seed } of planTrials(comparison)) {
      const key = `${scenario.name} ${block}`;
      seeds.set(key, (seeds.get(key) ?? new Set()).add(seed));
    }
    expect([...seeds.values()].map(({ size }) => size)).toEqual(Array(8).fill(1));
    expect(new Set([...seeds.values()].flatMap((set) => [...set])).size).toBe(8);
    for (const [seed] of [...seeds.values()].map((set) => [...set]))
      expect(seed).toSatisfy(Number.isSafeInteger);
  });
});

describe('trialMs', () => {
  it('is the phases, the processes, and 5 clients a millisecond', () => {
    // 900 + 1,000 / 5 + 100 + 400 + 1,000
    expect(trialMs(scenarioOf({ connections: 1_000 }))).toBe(2_600);
  });
});

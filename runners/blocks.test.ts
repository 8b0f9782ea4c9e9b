import { describe, expect, it } from 'vitest';
import { type BlockOptions, throughBlocks } from './blocks.ts';
import { emptyResults } from './empty-results.ts';
import type { Comparison, PlannedTrial } from './plan.ts';
import { scenarioOf } from './testing/scenarios.ts';

const servers = ['one', 'two'].map((name) => ({ name, command: ['true'] as const, cwd: '/', env: {} }));
const COMPARISON: Comparison = {
  scenarios: [scenarioOf({})],
  transports: ['sse', 'websocket'],
  servers,
  trials: 3,
  seed: 7,
};

/** Goes through all blocks with trials that do nothing. */
async function go(options: BlockOptions) {
  const planned: PlannedTrial[] = [];
  const again: number[] = [];
  const saved: number[] = [];
  let results = emptyResults(COMPARISON, []);
  const measure = async (trial: PlannedTrial) => {
    planned.push(trial);
    const { scenario, transport, server, block, order, seed } = trial;
    const outcome = { status: 'skipped', reason: 'simulated' } as const;
    return { scenario, transport, server: server.name, block, order, seed, startedAt: '', outcome };
  };
  const save = async ({ trials }: typeof results) => void saved.push(trials.length);
  const through = throughBlocks(COMPARISON, results, { save, ...options }, measure, (block) =>
    again.push(block),
  );
  for await (const soFar of through) results = soFar;
  return { planned, results, again, saved };
}

describe('throughBlocks', () => {
  it('runs every trial once where nothing is to be repeated, and saves after each', async () => {
    const { planned, results, again, saved } = await go({});
    expect(results.trials.map(({ order }) => order)).toEqual(Array.from({ length: 12 }, (_, at) => at));
    expect([planned.length, again, results.repeated]).toEqual([12, [], undefined]);
    expect(saved).toEqual(Array.from({ length: 12 }, (_, at) => at + 1));
  });

  it('ends at the first block after which there is enough', async () => {
    const { results } = await go({ enough: ({ trials }) => trials.length >= 6 });
    expect(results.trials).toHaveLength(8);
  });

  it('measures all of a block again, under the same load in another order, and keeps what it was before', async () => {
    // The second block twice.
    const { planned, results, again, saved } = await go({
      again: ({ trials, repeated = [] }) => trials.at(-1)?.block === 1 && repeated.length < 2,
    });
    expect(planned.map(({ block }) => block)).toEqual(
      [0, 1, 1, 1, 2].flatMap((block) => Array(4).fill(block)),
    );
    expect(again).toEqual([1, 1]);
    expect(results.trials.map(({ block }) => block)).toEqual(
      [0, 1, 2].flatMap((block) => Array(4).fill(block)),
    );
    expect(results.repeated?.map(({ block, trials }) => [block, trials.length])).toEqual([
      [1, 4],
      [1, 4],
    ]);
    // A block that is set aside is so in what is saved.
    expect(saved).toEqual([1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const times = planned.filter(({ block }) => block === 1);
    expect(new Set(times.map(({ seed }) => seed)).size).toBe(1);
    const orders = [0, 4, 8].map((from) =>
      times
        .slice(from, from + 4)
        .map(({ transport, server }) => `${transport} ${server.name}`)
        .join(),
    );
    expect(new Set(orders).size).toBe(3);
  });

  it('asks whether there is enough only of blocks that stay', async () => {
    const asked: number[] = [];
    await go({
      again: ({ repeated = [] }) => repeated.length < 1,
      enough: ({ trials }) => {
        asked.push(trials.length);
        return false;
      },
    });
    expect(asked).toEqual([4, 8, 12]);
  });
});

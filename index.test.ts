import { describe, expect, it } from 'vitest';
import { defineScenario, run, TRANSPORTS } from './index.ts';

const scenario = defineScenario({
  name: 'mine',
  question: 'Does it run?',
  workload: { kind: 'idle' },
  connections: 1,
});

describe('run, from the package', () => {
  it('plans what it is given, with the defaults, and stops at the signal', async () => {
    const results = await run({ scenarios: ['chat', scenario], seed: 7, signal: AbortSignal.abort() });
    expect(results).toMatchObject({ seed: 7, commandLine: [], trials: [], ceilings: [] });
  });

  it.each([
    [['nope'], 'scenarios[0]: there is no built-in "nope"'],
    [['chat', 'chat'], 'two scenarios are named "chat"; rename one'],
    [[{ ...scenario, connections: 0 }], 'scenarios[0]: connections must be at least 1, not 0'],
  ])('refuses %j', async (scenarios, message) => {
    await expect(run({ scenarios })).rejects.toThrow(message);
  });

  it('names the four transports', () => {
    expect(TRANSPORTS).toEqual(['polling', 'long-polling', 'sse', 'websocket']);
  });
});

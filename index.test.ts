import { describe, expect, it } from 'vitest';
import { defineScenario, defineServer, type RunInput, run, TRANSPORTS } from './index.ts';

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

  const silent = defineServer({ name: 'mine', command: ['node', 'server.mjs'] });
  const dialect = defineServer({
    ...silent,
    speaks: {
      publish: { path: (channel) => `/${channel}` },
      sse: { path: (channel) => `/${channel}`, subscribedBy: 'head', beginning: '', resumes: false },
    },
  });
  const stopped = { scenarios: ['chat'], signal: AbortSignal.abort() };

  it('takes servers as defineServer returns them, and as files and modules by their address', async () => {
    const nchan = new URL('./servers/adapters/nchan/adapter.js', import.meta.url);
    const servers: RunInput['servers'] = [silent, { name: 'there', url: 'http://127.0.0.1:9' }, nchan];
    const { comparison } = await run({ ...stopped, servers });
    expect(comparison.servers).toEqual(['mine', 'there', 'nchan']);
  });

  it('says that a dialect has to be in a module', async () => {
    await expect(run({ ...stopped, servers: [dialect] })).rejects.toThrow(
      /^servers\[0\]: "mine" has words of its own .* export it by default from a module/,
    );
  });

  it('refuses two servers of one name', async () => {
    await expect(run({ ...stopped, servers: [silent, silent] })).rejects.toThrow(
      'two servers are named "mine"; rename one',
    );
  });

  it('names the four transports', () => {
    expect(TRANSPORTS).toEqual(['polling', 'long-polling', 'sse', 'websocket']);
  });
});

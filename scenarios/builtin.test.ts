import { describe, expect, it } from 'vitest';
import { BUILTIN_NAMES, builtin, DEFAULT_COMPARISON, isBuiltin } from './builtin.ts';
import type { Scenario } from './schema.ts';
import { meanPerSecond } from './testing/expected.ts';

/** Messages that subscribers receive a second: sources × rate × subscribers of each. */
function deliveriesPerSecond({ workload, connections, phases }: Scenario): number {
  if (workload.kind === 'idle') return 0;
  const perSource = meanPerSecond(workload.schedule, phases.measureMs);
  if (workload.kind === 'request') return connections * perSource;
  const { origin, audience } = workload;
  if (typeof audience === 'object')
    return connections * perSource * (origin === 'clients' ? audience.rooms : 1);
  if (audience === 'all') return connections * perSource * (origin === 'clients' ? connections : 1);
  return audience === 'one' ? perSource : connections * perSource;
}

describe('the built-in scenarios', () => {
  const scenarios = BUILTIN_NAMES.flatMap((name) => builtin(name));

  it('are valid, each under a name of its own', () => {
    expect(scenarios.map(({ name }) => name)).toEqual([
      'live-feed',
      'chat',
      'game',
      'notifications',
      'one-shot',
      'one-shot-reuse',
      'request-reply',
      'burst',
      'idle',
      'reconnect',
      'slow-consumer',
      'connect-storm',
      'json-feed',
      'json-feed-compressed',
      'json-feed-by-message',
      'steady',
    ]);
  });

  it('load two cores as the comments say', () => {
    const rates = scenarios.map((scenario) => [scenario.name, Math.round(deliveriesPerSecond(scenario))]);
    expect(Object.fromEntries(rates)).toEqual({
      'live-feed': 1_000,
      chat: 200,
      game: 3_200,
      notifications: 10,
      'one-shot': 100,
      'one-shot-reuse': 100,
      'request-reply': 600,
      burst: 1_000,
      idle: 0,
      reconnect: 800,
      // 50/s × 50 clients, of whom 5 do not get theirs in time.
      'slow-consumer': 2_500,
      'connect-storm': 0,
      'json-feed': 1_000,
      'json-feed-compressed': 1_000,
      'json-feed-by-message': 1_000,
      steady: 4_000,
    });
  });

  it('let the slow clients of slow-consumer fall behind by more than the kernel buffers', () => {
    const [scenario] = builtin('slow-consumer');
    const { workload, slow, phases } = scenario ?? {};
    if (workload?.kind !== 'push' || slow == null || phases === undefined) throw new Error('no push');
    const offered = meanPerSecond(workload.schedule, phases.measureMs) * workload.payloadBytes;
    const read = slow.kbps * 125;
    // (819,200 − 250,000) B/s × 16 s = 9.1 MB.
    const behind = ((offered - read) * (phases.warmupMs + phases.measureMs)) / 1_000;
    expect(behind).toBe(9_107_200);
  });

  it('connect all at once in connect-storm, with samples for a p99', () => {
    const [scenario] = builtin('connect-storm');
    expect(scenario).toMatchObject({ connecting: 'at-once', connections: 2_000, allow: { connections: 0 } });
  });

  it('let a poll that begins at the end of the window be answered within the drain', () => {
    for (const { name, tuning, phases } of scenarios) {
      expect(tuning.polling.everyMs, name).toBeLessThan(phases.drainMs);
    }
  });

  it('have everybody back before the next cut, and in reconnect often enough for a p99', () => {
    const [scenario] = builtin('reconnect');
    const { link, reconnect, connections, phases, tuning } = scenario ?? {};
    const events = link?.events ?? [];
    const cutsMs = events.flatMap(({ kind, atMs }) => (kind === 'cut' ? [atMs] : []));
    const endMs = (phases?.measureMs ?? 0) + (phases?.drainMs ?? 0);
    const refusedMs = Math.max(...events.map((event) => (event.kind === 'refuse' ? event.forMs : 0)));
    // The longest way back: an attempt just before the end of a refusal, and the longest wait after it.
    const backMs = refusedMs + Math.max(reconnect?.upToMs ?? 0, tuning?.polling.everyMs ?? 0);
    expect(backMs).toBe(2_500);
    for (const [index, cutMs] of cutsMs.entries()) {
      expect((cutsMs[index + 1] ?? endMs) - cutMs).toBeGreaterThan(backMs);
    }
    // n(1 − q) ≥ 20: 400 × 6 × 0.01 = 24.
    expect(Math.floor((connections ?? 0) * cutsMs.length * 0.01)).toBe(24);
  });

  it('ask one-shot and one-shot-reuse together, differing in the connection only', () => {
    const [fresh, reused] = builtin('one-shot');
    expect(fresh?.workload).toMatchObject({ reuse: 'none' });
    expect(reused).toEqual({
      ...fresh,
      name: 'one-shot-reuse',
      question: reused?.question,
      workload: { ...fresh?.workload, reuse: 'connection' },
    });
  });

  it('ask json-feed three times, differing in compression only', () => {
    const [plain, ...compressed] = builtin('json-feed');
    for (const { name, question, compression, ...rest } of compressed) {
      expect({ ...rest, name: plain?.name, question: plain?.question, compression: 'none' }).toEqual(plain);
    }
    expect(compressed.map(({ compression }) => compression)).toEqual([
      'deflate',
      'deflate-no-context-takeover',
    ]);
  });

  it('are known by name, and nothing else is', () => {
    expect(['chat', 'toString', 'one-shot-reuse'].map(isBuiltin)).toEqual([true, false, false]);
  });
});

describe('the default comparison', () => {
  const { names, phases, trials } = DEFAULT_COMPARISON;
  const scenarios = names.flatMap((name) => builtin(name));

  it('takes about a minute', () => {
    // 8 push trials and 2 request trials × (900 ms of processes + at most 20 ms to connect + 5,800 ms) = 67.2 s.
    const armsOf = ({ workload }: Scenario) => (workload.kind === 'request' ? 2 : 4);
    const arms = scenarios.reduce((sum, scenario) => sum + armsOf(scenario), 0);
    const trialMs = 900 + 20 + phases.warmupMs + phases.measureMs + phases.drainMs;
    expect(arms * trials * trialMs).toBe(67_200);
  });

  it('has samples for a p99 of live-feed and request-reply and a p95 of chat', () => {
    // A quantile q is shown from n(1 − q) ≥ 20: n ≥ 2,000 for p99, n ≥ 400 for p95.
    const samples = scenarios.map((scenario) => (deliveriesPerSecond(scenario) * phases.measureMs) / 1_000);
    expect(samples.map(Math.round)).toEqual([4_000, 800, 2_400]);
  });

  it('polls often enough for its drain', () => {
    for (const { tuning } of scenarios) expect(tuning.polling.everyMs).toBeLessThan(phases.drainMs);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CapacityFlags, readCapacityRequest } from './capacity-request.ts';
import { fakeIo } from './testing/fake-io.ts';
import { capacityOfMD1, queueRooms, waitsAtMost } from './testing/queue.ts';

/** The search against the law of the queue that it searches, with everything of it but the processes. */

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-known-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a search finds of a queue. */
async function found(
  serviceMs: number,
  kind: 'constant' | 'poisson',
  flags: Partial<CapacityFlags> & { readonly slo: readonly string[] },
): Promise<number> {
  const scenario = {
    name: 'known',
    question: 'How many requests can it answer?',
    workload: { kind: 'request', payloadBytes: 64, schedule: { kind, perSecond: 150 } },
    connections: 1,
    phases: { warmupMs: 500, measureMs: 2_000, drainMs: 500 },
  };
  writeFileSync(join(folder, 'known.json'), JSON.stringify(scenario));
  const given = {
    by: 'rate',
    transports: ['websocket'],
    duration: '2s',
    'allow-remote': false,
    'insecure-tls': false,
    ...flags,
  };
  const rooms = queueRooms({ serviceMs });
  const request = await readCapacityRequest(given, ['known.json'], fakeIo({ cwd: folder }), rooms);
  const { capacities: [capacity] = [] } = await rooms.measureCapacity(request);
  if (capacity?.answer.kind !== 'found') throw new Error(JSON.stringify(capacity?.answer));
  return capacity.answer.load;
}

describe('waitsAtMost', () => {
  // Published for ρ = 0.5: p90, p95 and p99 are 25.2, 30.5 and 43.4 ms, of which 10 ms are no waiting.
  it.each([
    [15.2, 0.9],
    [20.5, 0.95],
    [33.4, 0.99],
  ])('at 50/s of 10 ms each, %d ms of waiting are enough for %d', (waitMs, share) => {
    expect(Math.abs(waitsAtMost(waitMs, 50, 10) - share)).toBeLessThan(0.001);
  });
});

describe('a search finds within 5 %', () => {
  // D/D/1: nothing waits up to one request per service time, and beyond it the queue has no end.
  it.each([
    ['latency.p50<=50ms', 2],
    ['latency.p99<=50ms', 2],
    ['latency.p99<=50ms', 1],
    ['latency.p99<=100ms', 0.7],
  ])('where arrivals are even: %s, %d ms of service', async (slo, serviceMs) => {
    const capacity = 1_000 / serviceMs;
    const load = await found(serviceMs, 'constant', { slo: [slo], seed: '1' });
    expect(Math.abs(load / capacity - 1), `${load}/s of ${capacity}/s`).toBeLessThan(0.05);
  });

  // M/D/1: long waits come in rows, so that fewer of a step's samples count than there are. Short steps are
  // off by more, now and then by 15 %; the median of five searches is not.
  it.each([
    ['latency.p50<=20ms', 0.5],
    ['latency.p99<=20ms', 0.99],
  ])('where arrivals are at random: %s', { timeout: 60_000 }, async (slo, share) => {
    const capacity = capacityOfMD1(share, 20, 2);
    const loads: number[] = [];
    for (const seed of ['1', '2', '3', '4', '5']) {
      loads.push(await found(2, 'poisson', { slo: [slo], seed, duration: '20s' }));
    }
    const median = loads.sort((left, right) => left - right)[2] ?? 0;
    expect(Math.abs(median / capacity - 1), `${loads} of ${capacity}/s`).toBeLessThan(0.05);
  });
});

import { describe, expect, it } from 'vitest';
import { sourcesOf, throughputOf } from './deliveries.ts';
import { type ScenarioInput, scenarioSchema } from './schema.ts';

const constant = { kind: 'constant', perSecond: 10 } as const;
const push = { kind: 'push', payloadBytes: 32, schedule: constant } as const;
const publisher = { ...push, origin: 'publisher' } as const;
const clients = { ...push, origin: 'clients' } as const;

describe('throughputOf 50 connections, 10/s of each source', () => {
  it.each<[string, ScenarioInput['workload'], number, number]>([
    ['idle', { kind: 'idle' }, 0, 0],
    // One channel, everybody in it.
    ['publisher to all', { ...publisher, audience: 'all' }, 10, 500],
    // Three channels: 20, 20 and 10 members.
    ['publisher to rooms', { ...publisher, audience: { rooms: 20 } }, 30, 500],
    ['publisher to each', { ...publisher, audience: 'self' }, 500, 500],
    ['publisher to one', { ...publisher, audience: 'one' }, 10, 10],
    // 50 clients send, and 50 hear each of them.
    ['clients to all', { ...clients, audience: 'all' }, 500, 25_000],
    // 10 × (20² + 20² + 10²).
    ['clients to rooms', { ...clients, audience: { rooms: 20 } }, 500, 9_000],
    ['clients to themselves', { ...clients, audience: 'self' }, 500, 500],
    ['requests', { kind: 'request', payloadBytes: 32, schedule: constant }, 500, 500],
    [
      'bursts of 5 every 250 ms',
      { ...publisher, audience: 'one', schedule: { kind: 'burst', messages: 5, everyMs: 250 } },
      20,
      20,
    ],
    [
      'a ramp',
      {
        ...publisher,
        audience: 'one',
        schedule: { kind: 'ramp', fromPerSecond: 0, toPerSecond: 30, overMs: 1_000 },
      },
      15,
      15,
    ],
  ])('%s', (_, workload, messages, deliveries) => {
    const scenario = scenarioSchema.parse({ name: 'x', question: 'x', workload, connections: 50 });
    expect(throughputOf(scenario)).toEqual({ messages, deliveries });
  });
});

describe('sourcesOf', () => {
  it.each<[string, ScenarioInput['workload'], number]>([
    ['idle', { kind: 'idle' }, 0],
    ['publisher to all', { ...publisher, audience: 'all' }, 1],
    ['publisher to rooms', { ...publisher, audience: { rooms: 20 } }, 3],
    ['clients to rooms', { ...clients, audience: { rooms: 20 } }, 50],
  ])('%s', (_, workload, expected) => {
    const scenario = scenarioSchema.parse({ name: 'x', question: 'x?', workload, connections: 50 });
    expect(sourcesOf(scenario)).toBe(expected);
  });
});

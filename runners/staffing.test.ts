import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../scenarios/schema.ts';
import { beyondMachine, type MachineLimits, staff } from './staffing.ts';
import { pushOf, scenarioOf, trialOf } from './testing/scenarios.ts';

/** 19,500 connections for a process, once what it needs for itself is taken off. */
const LIMITS: MachineLimits = { descriptors: 20_000, freeBytes: 20e9 };

const IDLE: Partial<ScenarioInput> = { workload: { kind: 'idle' } };

function idle(connections: number, more: Partial<ScenarioInput> = {}) {
  return trialOf({ scenario: scenarioOf({ ...IDLE, connections, ...more }), transport: 'websocket' });
}

describe('staff', () => {
  it.each([
    [1, 1, 1],
    [19_500, 1, 1],
    [19_501, 2, 2],
    [100_000, 6, 6],
  ])('%i connections take %i server processes and %i workers', (connections, shards, workers) => {
    expect(staff(idle(connections), LIMITS, null)).toMatchObject({ shards, workers });
  });

  it('starts as many as the scenario and the user say', () => {
    expect(staff(idle(100, { shards: 3 }), LIMITS, 2)).toMatchObject({ shards: 3, workers: 2 });
  });

  it('starts no worker without a client', () => {
    expect(staff(idle(2), LIMITS, 8).workers).toBe(2);
  });

  it('counts the second connection of a client that cannot send where it receives', () => {
    const scenario = scenarioOf({
      workload: pushOf({ origin: 'clients', audience: 'self' }),
      connections: 15_000,
    });
    expect(staff(trialOf({ scenario, transport: 'websocket' }), LIMITS, null).shards).toBe(1);
    expect(staff(trialOf({ scenario, transport: 'sse' }), LIMITS, null).shards).toBe(2);
  });

  it('counts both ends at a relay', () => {
    expect(staff(idle(15_000, { link: { rttMs: 10 } }), LIMITS, null).shards).toBe(2);
  });

  it('keeps one server where all clients send to all, and one that runs already', () => {
    const chat = scenarioOf({ workload: pushOf({ origin: 'clients' }), connections: 30_000 });
    expect(staff(trialOf({ scenario: chat }), LIMITS, null).shards).toBe(1);
    const server = { name: 'theirs', url: 'http://127.0.0.1:1', transports: ['websocket'] as const };
    expect(staff({ ...idle(100_000), server }, LIMITS, null).shards).toBe(1);
  });

  it('shares ports out before the kernel has to search for them', () => {
    const theirs = (url: string) => ({ name: 'theirs', url, transports: ['websocket'] as const });
    expect(staff(idle(12_000), LIMITS, null).clientsPerAddress).toBeNull();
    expect(staff(idle(12_001), LIMITS, null).clientsPerAddress).toBe(6_000);
    expect(staff({ ...idle(30_000), server: theirs('http://127.0.0.1:1') }, LIMITS, null)).toMatchObject({
      clientsPerAddress: 6_000,
    });
    // Elsewhere than on loopback, this machine has the addresses that it has.
    expect(staff({ ...idle(30_000), server: theirs('http://192.0.2.1') }, LIMITS, null)).toMatchObject({
      clientsPerAddress: null,
    });
  });
});

describe('beyondMachine', () => {
  it('has nothing to say of what the machine allows', () => {
    expect(beyondMachine(idle(100_000), LIMITS, null)).toBeNull();
  });

  it('says that the processes asked for have too few descriptors, and what to do', () => {
    expect(beyondMachine(idle(100_000, { shards: 2 }), LIMITS, null)).toBe(
      '100,000 connections: 2 server processes hold at most 39,000, since a process may have 20,000 descriptors (ulimit -n); leave "shards" out, and there will be enough',
    );
    const chat = scenarioOf({ workload: pushOf({ origin: 'clients' }), connections: 30_000 });
    expect(beyondMachine(trialOf({ scenario: chat, transport: 'websocket' }), LIMITS, null)).toBe(
      '30,000 connections: one server process holds at most 19,500, since a process may have 20,000 descriptors (ulimit -n)',
    );
  });

  it('says that memory will not do', () => {
    expect(beyondMachine(idle(100_000), { ...LIMITS, freeBytes: 2e9 }, null)).toBe(
      '100,000 connections need about 4.0 GB of memory, and 2.0 GB are free',
    );
  });
});

import { describe, expect, it } from 'vitest';
import { nowUs } from '../clock.ts';
import type { Client } from '../drivers/driver.ts';
import { connectClients, PACED_AT_A_TIME } from './connecting.ts';

/** Clients of whom each opens when it is told to. */
function clientsOf(count: number) {
  const begun: ((error?: Error) => void)[] = [];
  const client: Client = {
    open: () =>
      new Promise((resolve, reject) => {
        begun.push((error) => (error === undefined ? resolve() : reject(error)));
      }),
    start() {},
    send() {},
    idle: true,
    close() {},
  };
  return { begun, clients: Array.from({ length: count }, () => client) };
}

function connect(clients: readonly Client[], connecting: 'paced' | 'at-once', dueUs = nowUs()) {
  const tookUs: number[] = [];
  const failures: string[] = [];
  const done = connectClients(clients, connecting, dueUs, {
    onConnected: (us) => tookUs.push(us),
    onFailed: (reason) => failures.push(reason),
  });
  return { done, tookUs, failures };
}

describe('connectClients', () => {
  it('paced: begins the next when one is there, and counts from its own beginning', async () => {
    const { begun, clients } = clientsOf(PACED_AT_A_TIME + 1);
    const { done, tookUs } = connect(clients, 'paced', nowUs() - 60e6);
    expect(begun).toHaveLength(PACED_AT_A_TIME);
    begun[0]?.();
    await expect.poll(() => begun.length).toBe(PACED_AT_A_TIME + 1);
    for (const open of begun) open();
    await done;
    expect(tookUs).toHaveLength(PACED_AT_A_TIME + 1);
    expect(Math.max(...tookUs)).toBeLessThan(30e6);
  });

  it('at once: begins all although none is there, and counts from the instant at which they were due', async () => {
    const { begun, clients } = clientsOf(PACED_AT_A_TIME + 100);
    const { done, tookUs } = connect(clients, 'at-once', nowUs() - 60e6);
    await expect.poll(() => begun.length).toBe(PACED_AT_A_TIME + 100);
    for (const open of begun) open();
    await done;
    expect(Math.min(...tookUs)).toBeGreaterThanOrEqual(60e6);
    expect(Math.max(...tookUs)).toBeLessThan(90e6);
  });

  it.each(['paced', 'at-once'] as const)('%s: tells why one could not, and goes on', async (connecting) => {
    const { begun, clients } = clientsOf(3);
    const { done, tookUs, failures } = connect(clients, connecting);
    begun[0]?.(new Error('full'));
    begun[1]?.();
    begun[2]?.(new Error('closed'));
    await done;
    expect([tookUs.length, failures]).toEqual([1, ['full', 'closed']]);
  });
});

import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandServer } from '../../servers/contract.ts';
import { referenceServer } from '../../servers/reference/spec.ts';
import { type Guard, startGuard } from '../processes/guard.ts';
import { childrenOf, leftOver } from '../testing/processes.ts';
import { measureCeiling } from './ceiling.ts';

const FAULTY = fileURLToPath(new URL('../testing/faulty-server-main.js', import.meta.url));

function faulty(fault: string): CommandServer {
  return { name: fault, command: [process.execPath, FAULTY, fault], cwd: '/', env: {} };
}

describe('measureCeiling', () => {
  let guard: Guard;
  beforeEach(async () => {
    guard = await startGuard();
  });
  afterEach(async () => {
    await guard.close();
    expect(leftOver()).toEqual([]);
  });

  const never = new AbortController().signal;

  it('has autocannon say how many polls the server can answer', async () => {
    const ceiling = await measureCeiling(referenceServer(), guard, never);
    expect(ceiling).toMatchObject({ server: 'reference', connections: 100, durationMs: 3_000, errors: 0 });
    expect(ceiling.tool).toMatch(/^autocannon \d+\.\d+\.\d+$/);
    // A hundred is what a server has that waits a second for each; no machine is as slow.
    expect(ceiling.requestsPerSecond).toBeGreaterThan(100);
  });

  it('cannot say it of a server that does not poll, nor of one that is not there', async () => {
    await expect(measureCeiling(faulty('does not poll'), guard, never)).rejects.toThrow(
      'it does not serve polling',
    );
    await expect(measureCeiling(faulty('exits at once'), guard, never)).rejects.toThrow('exited with code 4');
  });

  it('ends at once when it is told to', async () => {
    const user = new AbortController();
    const reason = new Error('enough');
    const ceiling = measureCeiling(referenceServer(), guard, user.signal);
    const measuring = () => childrenOf(process.pid, 'ceiling-main').length;
    await expect.poll(measuring, { timeout: 5_000 }).toBe(1);
    user.abort(reason);
    await expect(ceiling).rejects.toBe(reason);
  });
});

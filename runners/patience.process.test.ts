import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandServer } from '../servers/contract.ts';
import { leftOver } from './testing/processes.ts';
import { scenarioOf } from './testing/scenarios.ts';
import { completed, runAlone } from './testing/trials.ts';

/** How long a trial waits for a server that does nothing. The tests wait too, so they do it together. */

const FAULTY = fileURLToPath(new URL('./testing/faulty-server-main.js', import.meta.url));

/** A server with one fault; see the file that it is. */
function faulty(fault: string): CommandServer {
  return { name: fault, command: [process.execPath, FAULTY, fault], cwd: '/', env: {} };
}

afterAll(() => expect(leftOver()).toEqual([]));

describe('a server that', () => {
  it.concurrent('never gets ready: failed after the 15 s that it has', async () => {
    expect(await runAlone({ server: faulty('never gets ready') })).toMatchObject({
      status: 'failed',
      stage: 'server',
      reason: expect.stringContaining('printed no ready line within 15000 ms'),
    });
  });

  it.concurrent('keeps one waiting: invalid after the 10 s that a client has, and not the end of the trial', async () => {
    const outcome = await runAlone({ server: faulty('answers only two'), scenario: scenarioOf() });
    const { validity, warnings } = completed(outcome);
    expect(validity).toBe('invalid');
    expect(warnings.find(({ code }) => code === 'connections')?.message).toBe(
      '2 of 3 connections were opened; the first could not because: the server did not subscribe the client within 10000 ms',
    );
  });
});

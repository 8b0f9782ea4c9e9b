import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ScenarioInput } from '../scenarios/schema.ts';
import type { CommandServer, Transport } from '../servers/contract.ts';
import { referenceServer } from '../servers/reference/spec.ts';
import { busyEnvironment, coresGiven } from './testing/busy.ts';
import { leftOver } from './testing/processes.ts';
import { pushOf, scenarioOf } from './testing/scenarios.ts';
import { completed, runAlone } from './testing/trials.ts';

/**
 * What makes a trial invalid or doubtful, provoked by real processes. What a server does to frames
 * and to connections is in trial.process.test.ts, late and slow processes in saturation.system.test.ts,
 * phases in ground-truth.system.test.ts.
 */

const FAULTY = fileURLToPath(new URL('./testing/faulty-server-main.js', import.meta.url));

/** A server with one fault; see the file that it is. */
function faulty(fault: string): CommandServer {
  return { name: fault, command: [process.execPath, FAULTY, fault], cwd: '/', env: {} };
}

/** Three subscribers of one channel, 100 messages a second: 40 in the window, 50 before it. */
const FEED = { phases: { warmupMs: 500, measureMs: 400, drainMs: 500 } };

async function judged(server: CommandServer, scenario: Partial<ScenarioInput>, transport: Transport = 'sse') {
  const outcome = await runAlone({ server, scenario: scenarioOf(scenario), transport });
  const { validity, warnings, measurements } = completed(outcome);
  return { validity, codes: warnings.map(({ code }) => code), warnings, measurements };
}

afterEach(() => {
  vi.unstubAllEnvs();
  expect(leftOver()).toEqual([]);
});

// A stall of the machine's host is not the harness's; what the harness does wrong, it does each time.
describe('a trial is invalid', { retry: 2 }, () => {
  it('negative-latency: when a server stamps frames as sent later than they arrive', async () => {
    const { validity, warnings, measurements } = await judged(faulty('stamps ahead'), FEED);
    expect(validity).toBe('invalid');
    // Of any 40 messages in a row every fifth: 8, for three subscribers each.
    expect(measurements.messages).toMatchObject({ received: 120, negative: 24 });
    expect(warnings.find(({ code }) => code === 'negative-latency')?.message).toBe(
      '24 messages arrived before they were due or sent: the processes do not share a clock',
    );
  });

  it('surplus: when a server makes messages of the warm-up look like those of the window', async () => {
    const { validity, warnings, measurements } = await judged(faulty('makes the warm-up count'), FEED);
    expect(validity).toBe('invalid');
    // 30 of the 50 are said to be due half a second later than they were, which is in the window.
    expect(measurements.messages).toMatchObject({ expected: 120, received: 3 * (40 + 30) });
    expect(warnings.find(({ code }) => code === 'surplus')?.message).toBe(
      '210 messages were delivered where 120 were due',
    );
  });

  it('nothing-measured: when no message is due', async () => {
    const schedule = { kind: 'constant', perSecond: 0.01 } as const;
    const { validity, codes, measurements } = await judged(referenceServer(), {
      ...FEED,
      workload: pushOf({ schedule }),
    });
    expect(measurements.messages.due).toBe(0);
    expect({ validity, codes }).toEqual({ validity: 'invalid', codes: ['nothing-measured'] });
  });

  it.each(['publisher-main', 'worker-main'])(
    'busy-generator: when its %s keeps a core busy, and the server is not to blame',
    async (program) => {
      for (const [name, value] of Object.entries(busyEnvironment([program]))) vi.stubEnv(name, value);
      const { validity, codes } = await judged(referenceServer(), {
        phases: { warmupMs: 500, measureMs: 2_000, drainMs: 500 },
      });
      expect(validity).toBe('invalid');
      expect(codes).toContain('busy-generator');
      expect(codes).not.toContain('busy-server');
    },
  );
});

describe('a trial is doubtful', { retry: 2 }, () => {
  it('busy-server: when the server keeps a core busy, and the generator is not to blame', async ({
    skip,
  }) => {
    const cores = await coresGiven();
    skip(cores < 1.6, `two busy threads get ${cores.toFixed(1)} cores of this machine`);
    const server = { ...referenceServer(), env: busyEnvironment(['reference']) };
    const { codes } = await judged(server, { phases: { warmupMs: 500, measureMs: 2_000, drainMs: 500 } });
    expect(codes).toContain('busy-server');
    expect(codes).not.toContain('busy-generator');
  });

  it('few-samples: when 20 messages carry no median', async () => {
    // One client, 50 messages a second for 400 ms.
    const workload = pushOf({ schedule: { kind: 'constant', perSecond: 50 } });
    const { validity, codes, measurements } = await judged(referenceServer(), {
      ...FEED,
      workload,
      connections: 1,
    });
    expect(measurements.messages.received).toBe(20);
    expect({ validity, codes }).toEqual({ validity: 'doubtful', codes: ['few-samples'] });
  });
});

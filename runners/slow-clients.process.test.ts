import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { Measurements } from '../reports/results/schema.ts';
import type { ScenarioInput } from '../scenarios/schema.ts';
import { type CommandServer, TRANSPORTS } from '../servers/contract.ts';
import { leftOver } from './testing/processes.ts';
import { pushOf, scenarioOf } from './testing/scenarios.ts';
import { accounted, besideOthers, completed, runAlone } from './testing/trials.ts';

const FAULTY = fileURLToPath(new URL('./testing/faulty-server-main.js', import.meta.url));

function faulty(fault: string): CommandServer {
  return { name: fault, command: [process.execPath, FAULTY, fault], cwd: '/', env: {} };
}

// A stall of the machine's host is not the harness's; what the harness does wrong, it does each time.
const again = { retry: 2 };

afterAll(() => expect(leftOver()).toEqual([]));

/** Four clients, of whom the last reads 200 kB/s of the 410 kB/s that it is sent. */
const FEED = scenarioOf({
  workload: pushOf({ payloadBytes: 4_096, schedule: { kind: 'poisson', perSecond: 100 } }),
  connections: 4,
  slow: { oneIn: 4, kbps: 1_600 },
  phases: { warmupMs: 100, measureMs: 2_000, drainMs: 1_000 },
  tuning: { polling: { everyMs: 100 } },
});

describe.each([
  ...TRANSPORTS.map((transport) => ({ transport, tls: false })),
  ...(['long-polling', 'websocket'] as const).map((transport) => ({ transport, tls: true })),
])('a slow client of $transport, TLS $tls', ({ transport, tls }) => {
  it.concurrent('reads at its rate, is in nobody’s latency, and loses nobody anything', again, async () => {
    const outcome = besideOthers(completed(await runAlone({ scenario: { ...FEED, tls }, transport })));
    const { warnings, measurements } = outcome;
    expect(warnings.filter(({ level }) => level === 'invalid')).toEqual([]);
    const { messages, slow, connections } = measurements;
    expect(messages).toMatchObject({ expected: 3 * messages.due, received: 3 * messages.due, lost: 0 });
    expect(slow).toMatchObject({ clients: 1, expected: messages.due, disconnected: 0 });
    expect(connections.opened).toBe(4);
    expect(accounted(measurements)).toEqual(measurements.sockets);
    // From the start of the warm-up to the end 2.1 s × 200 kB/s and a credit of 20 kB: 440 kB, 107 frames of
    // 4.1 kB. Some ten are the warm-up's; and a poll counts when all of its answer is there: after four
    // answers, each about twice as long as the one before, 1.5 s and 60 frames. At full speed it would have 200.
    expect(slow?.received).toBeGreaterThanOrEqual(transport === 'sse' || transport === 'websocket' ? 70 : 20);
    expect(slow?.received).toBeLessThanOrEqual(115);
  });
});

describe('a server', () => {
  /** 13 MB/s for each of two, of whom one reads 8 kB/s; the kernel's buffers hold less than 10 MB. */
  const flood: Partial<ScenarioInput> = {
    workload: pushOf({ payloadBytes: 131_072, schedule: { kind: 'constant', perSecond: 100 } }),
    connections: 2,
    phases: { warmupMs: 100, measureMs: 4_000, drainMs: 2_000 },
  };
  const slow = { oneIn: 2, kbps: 64 };

  it('that keeps everything for a slow reader of its stream grows by it', again, async () => {
    const grown = async (scenario: Partial<ScenarioInput>) => {
      const outcome = await runAlone({ scenario: scenarioOf(scenario), server: faulty('keeps no log') });
      return grownBytes(completed(outcome).measurements);
    };
    const without = await grown(flood);
    // 13 MB/s × 4.1 s = 54 MB, less 10 in the kernel and what the garbage of the others differs by.
    expect((await grown({ ...flood, slow })) - without).toBeGreaterThan(25e6);
  });

  it('may defend itself by cutting it off, which is counted and no fault', async () => {
    const outcome = await runAlone({
      scenario: scenarioOf({ ...flood, slow }),
      server: faulty('cuts slow readers off'),
    });
    const { warnings, measurements } = besideOthers(completed(outcome));
    expect(warnings.filter(({ level }) => level === 'invalid')).toEqual([]);
    expect(measurements.slow).toMatchObject({
      clients: 1,
      expected: measurements.messages.due,
      disconnected: 1,
    });
    expect(measurements.faults).toEqual({});
    expect(measurements.messages.lost).toBe(0);
    expect(accounted(measurements)).toEqual(measurements.sockets);
  });
});

function grownBytes({ processes }: Measurements): number {
  const server = processes.find(({ role }) => role === 'server');
  if (server === undefined) throw new Error('nobody watched the server');
  return server.rssBytes - server.rssBeforeBytes;
}

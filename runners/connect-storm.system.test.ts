import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeHistogram, quantileUs } from '../reports/results/histogram.ts';
import type { ScenarioInput } from '../scenarios/schema.ts';
import { type CommandServer, TRANSPORTS } from '../servers/contract.ts';
import { leftOver } from './testing/processes.ts';
import { scenarioOf } from './testing/scenarios.ts';
import { completed, runAlone } from './testing/trials.ts';

const FAULTY = fileURLToPath(new URL('./testing/faulty-server-main.js', import.meta.url));

function faulty(fault: string): CommandServer {
  return { name: fault, command: [process.execPath, FAULTY, fault], cwd: '/', env: {} };
}

function stormOf(connections: number, more: Partial<ScenarioInput> = {}) {
  const phases = { warmupMs: 0, measureMs: 300, drainMs: 500 };
  return scenarioOf({ workload: { kind: 'idle' }, connections, connecting: 'at-once', phases, ...more });
}

// A stall of the machine's host is not the harness's; what the harness does wrong, it does each time.
const again = { retry: 2 };

afterAll(() => expect(leftOver()).toEqual([]));

it.each(TRANSPORTS)(
  'a thousand clients of two workers connect at once by %s, and none fails',
  async (transport) => {
    const outcome = await runAlone({ scenario: stormOf(1_000), transport }, { workers: 2 });
    const { warnings, measurements } = completed(outcome);
    expect(warnings.map(({ code }) => code)).not.toContain('connections');
    expect(measurements.connections).toMatchObject({ asked: 1_000, opened: 1_000 });
    expect(decodeHistogram(measurements.histograms.connect).totalCount).toBe(1_000);
  },
);

it('the time to connect counts from the instant at which all were due, in every worker', again, async () => {
  const outcome = await runAlone(
    { scenario: stormOf(400), server: faulty('opens one by one') },
    { workers: 2 },
  );
  const connect = decodeHistogram(completed(outcome).measurements.histograms.connect);
  const ms = (q: number) => (quantileUs(connect, q) ?? 0) / 1e3;
  // One stream every 5 ms: the 200th after 1,000 ms, the 400th after 2,000 ms, and some time to arrive there.
  // A client that waited for its turn in a row of 200 and counted from its own beginning would say 1,000 at most.
  expect(ms(0.5)).toBeGreaterThanOrEqual(999);
  expect(ms(0.5)).toBeLessThan(1_250);
  expect(ms(1)).toBeGreaterThanOrEqual(1_999);
  expect(ms(1)).toBeLessThan(2_300);
});

describe.concurrent('a server that takes two of five', () => {
  const storm = (allowed: number) =>
    runAlone({ scenario: stormOf(5, { allow: { connections: allowed } }), server: faulty('takes only two') });

  it('is invalid, with the number and the reason', async () => {
    const { validity, warnings, measurements } = completed(await storm(2));
    expect(validity).toBe('invalid');
    expect(warnings.find(({ code }) => code === 'connections')?.message).toBe(
      '2 of 5 connections were opened; 2 may fail; the first could not because: the event stream was answered with 503',
    );
    expect(measurements.connections).toMatchObject({ asked: 5, opened: 2 });
    // Those that failed have no time to connect.
    expect(decodeHistogram(measurements.histograms.connect).totalCount).toBe(2);
  });

  it('is allowed where the scenario says so', async () => {
    const { warnings } = completed(await storm(3));
    expect(warnings.map(({ code }) => code)).not.toContain('connections');
  });
});

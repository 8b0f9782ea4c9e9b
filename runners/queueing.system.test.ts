import { expect, test } from 'vitest';
import { knownServer } from './selftest/known-server.ts';
import { inMs, latencyMs, measure } from './testing/measure.ts';
import { childrenOf } from './testing/processes.ts';

/** Requests over one WebSocket: none waits for another on the client's side. */
const requests = (perSecond: number, kind: 'constant' | 'poisson') => ({
  workload: { kind: 'request' as const, payloadBytes: 64, schedule: { kind, perSecond } },
});

// A stall of the machine's host is not the harness's; what the harness does wrong, it does each time.
const again = { retry: 2 };

// 400 requests a second leave the cores alone: one beside the other.
test.concurrent(
  'ground truth 13: a server frozen for 1 s shows in every percentile that it should',
  again,
  async ({ task }) => {
    const warmupMs = 1_000;
    const frozen = setTimeout(freeze, 400 + warmupMs + 4_000);
    const outcome = await measure({
      scenario: {
        ...requests(100, 'constant'),
        connections: 1,
        phases: { warmupMs, measureMs: 10_000, drainMs: 3_000 },
      },
      transport: 'websocket',
      server: knownServer(1),
    });
    clearTimeout(frozen);
    const latency = latencyMs(outcome);
    task.meta.truths = [
      {
        no: 13,
        what: 'a server frozen for 1 s: p50, p90, p95, p99, longest',
        expected: '1.0 / 101.0 / 551.0 / 911.0 / 1001.0 ms, ± 15 ms from p95 up',
        measured: inMs(...[0.5, 0.9, 0.95, 0.99].map(latency.quantile), latency.max),
      },
    ];
    expect(latency.samples).toBe(1_000);
    expect(latency.quantile(0.5)).toBeLessThan(4);
    // The p90 has a hundred requests before it that had to wait: each that takes 0.1 ms more than its 1 ms adds 10 ms.
    expect(Math.abs(latency.quantile(0.9) - 101)).toBeLessThan(25);
    expect(Math.abs(latency.quantile(0.95) - 551)).toBeLessThan(15);
    expect(Math.abs(latency.quantile(0.99) - 911)).toBeLessThan(15);
    expect(Math.abs(latency.max - 1_001)).toBeLessThan(15);
  },
);

function freeze() {
  // The other test's takes 10 ms for each.
  const server = childrenOf(process.pid).find(({ command }) => command.endsWith('known-server-main.js 1'));
  if (server === undefined) throw new Error('there is no server to freeze');
  process.kill(server.pid, 'SIGSTOP');
  setTimeout(() => process.kill(server.pid, 'SIGCONT'), 1_000);
}

test.concurrent('ground truth 15: a server that takes 10 ms for each request is an M/D/1 queue', {
  retry: 1,
}, async ({ task }) => {
  const outcome = await measure({
    scenario: {
      ...requests(50, 'poisson'),
      // Six such queues beside each other, one client and one server process each: 6,000 samples in a sixth of the time.
      connections: 6,
      shards: 6,
      phases: { warmupMs: 2_000, measureMs: 20_000, drainMs: 3_000 },
    },
    transport: 'websocket',
    server: knownServer(10),
  });
  const latency = latencyMs(outcome);
  task.meta.truths = [
    {
      no: 15,
      what: '10 ms of service, Poisson 50/s (M/D/1): mean, p90, p95, p99',
      expected: '15.0 ± 4 %, 25.2 ± 6 %, 30.5 ± 7 %, 43.4 −11/+13 %, and up to 2 ms of timers',
      measured: inMs(latency.mean, ...[0.9, 0.95, 0.99].map(latency.quantile)),
    },
  ];
  expect(outcome).toMatchObject({ validity: 'valid', warnings: [] });
  expect(latency.samples).toBeGreaterThan(5_700);
  // Shares for the sampling error of the formula; timers and event loops add up to 2 ms to every answer.
  const within = (measured: number, expected: number, below: number, above: number) => {
    expect(measured).toBeGreaterThan(expected * (1 - below));
    expect(measured).toBeLessThan(expected * (1 + above) + 2);
  };
  within(latency.mean, 15, 0.04, 0.04);
  within(latency.quantile(0.9), 25.2, 0.06, 0.06);
  within(latency.quantile(0.95), 30.5, 0.07, 0.07);
  within(latency.quantile(0.99), 43.4, 0.11, 0.13);
});

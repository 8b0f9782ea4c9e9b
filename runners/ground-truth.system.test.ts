import { describe, expect, test } from 'vitest';
import type { ScenarioInput } from '../scenarios/schema.ts';
import { startReferenceServer } from '../servers/reference/server.ts';
import { startBareStream } from './testing/bare-stream.ts';
import { latencyMs, measure } from './testing/measure.ts';
import { tap } from './testing/tap.ts';

/**
 * Published and derived truth that the real pipeline must reproduce: real processes, the
 * reference server, seeded plans. The arithmetic stands beside each case; a timing's tolerance
 * allows 1 to 2 ms of timer and loop delay on top of the formula's own sampling error.
 */

// A stall of the machine's host is not the harness's; what the harness does wrong, it does each time.
const again = { retry: 2 };

describe('ground truth 4: an event written at once as one chunk', () => {
  test.each([
    { payloadBytes: 39, wireBytes: 53 },
    { payloadBytes: 247, wireBytes: 261 },
    { payloadBytes: 248, wireBytes: 263 },
    { payloadBytes: 4_088, wireBytes: 4_104 },
  ])('of $payloadBytes B is $wireBytes B on the socket', async ({ payloadBytes, wireBytes }) => {
    const server = await startBareStream();
    try {
      const { validity, measurements } = await measure({
        scenario: {
          workload: {
            kind: 'push',
            origin: 'publisher',
            audience: 'all',
            payloadBytes,
            schedule: { kind: 'constant', perSecond: 50 },
          },
          connections: 3,
          phases: { warmupMs: 200, measureMs: 1_000, drainMs: 1_000 },
        },
        transport: 'sse',
        server: { name: 'bare', url: server.url, transports: ['sse'] },
      });
      const { received } = measurements.messages;
      const { payload, framing } = measurements.bytes.down;
      expect(validity).toBe('valid');
      expect(received).toBe(150);
      expect(payload).toBe(received * payloadBytes);
      expect(payload + framing).toBe(received * wireBytes);
    } finally {
      server.close();
    }
  });
});

/** Independent channels, one for each client, published to by a Poisson process each. */
function pushToEach(connections: number, perSecond: number, measureMs: number, everyMs: number) {
  return {
    workload: {
      kind: 'push',
      origin: 'publisher',
      audience: 'self',
      payloadBytes: 64,
      schedule: { kind: 'poisson', perSecond },
    },
    connections,
    phases: { warmupMs: 1_000, measureMs, drainMs: 2_000 },
    tuning: { polling: { everyMs } },
  } as const satisfies Partial<ScenarioInput>;
}

test(
  'ground truth 7: a poll every 1,000 ms delivers after 500 ms on average, uniformly spread',
  again,
  async () => {
    const outcome = await measure({ scenario: pushToEach(50, 1, 24_000, 1_000), transport: 'polling' });
    const latency = latencyMs(outcome);
    expect(outcome.validity).toBe('valid');
    expect(latency.samples).toBeGreaterThanOrEqual(1_000);
    expect(Math.abs(latency.mean - 500)).toBeLessThan(20);
    expect(Math.abs(latency.quantile(0.5) - 500)).toBeLessThan(32);
    expect(Math.abs(latency.quantile(0.95) - 950)).toBeLessThan(15);
    expect(Math.abs(latency.quantile(0.99) - 990)).toBeLessThan(8);
  },
);

test('ground truth 7: for any T the mean is T/2 and the quantile q is qT', again, async () => {
  const everyMs = 240;
  const latency = latencyMs(
    await measure({ scenario: pushToEach(50, 4, 6_000, everyMs), transport: 'polling' }),
  );
  const n = latency.samples;
  expect(n).toBeGreaterThan(1_000);
  expect(Math.abs(latency.mean - everyMs / 2)).toBeLessThan((1.96 * everyMs) / Math.sqrt(12 * n) + 2);
  for (const q of [0.25, 0.5, 0.75, 0.95]) {
    const tolerance = 1.96 * everyMs * Math.sqrt((q * (1 - q)) / n) + 2;
    expect(Math.abs(latency.quantile(q) - q * everyMs), `quantile ${q}`).toBeLessThan(tolerance);
  }
});

describe('ground truth 8: the share of empty polls is e^(-λT)', () => {
  // 100 clients polling every 200 ms for 6 s make 3,000 polls: a standard error of at most 0.009.
  test.each([
    { perSecond: 0.5, share: 0.905 },
    { perSecond: 5, share: 0.368 },
    { perSecond: 10, share: 0.135 },
  ])('λ = $perSecond/s and T = 200 ms: $share', async ({ perSecond, share }) => {
    const { measurements } = await measure({
      scenario: pushToEach(100, perSecond, 6_000, 200),
      transport: 'polling',
    });
    const { total, empty } = measurements.requests;
    expect(total).toBeGreaterThan(2_900);
    expect(Math.abs(empty / total - share)).toBeLessThan(0.02);
  });
});

test(
  'ground truth 9: with fixed phases every latency is the same, and the trial says so',
  again,
  async () => {
    const outcome = await measure({
      scenario: {
        workload: {
          kind: 'push',
          origin: 'publisher',
          audience: 'all',
          payloadBytes: 64,
          schedule: { kind: 'constant', perSecond: 1 },
        },
        connections: 10,
        phases: { warmupMs: 0, measureMs: 5_000, drainMs: 1_000 },
        tuning: { polling: { everyMs: 250, phase: 'fixed' } },
      },
      transport: 'polling',
    });
    const latency = latencyMs(outcome);
    expect(latency.samples).toBe(50);
    expect(latency.max - latency.min).toBeLessThan(15);
    expect(outcome.warnings.map(({ code }) => code)).toContain('aliased-phases');
    expect(outcome.validity).toBe('doubtful');
  },
);

describe('ground truth 19: "HTTP needs a connection per request"', () => {
  const scenario = (reuse: 'connection' | 'none') => ({
    ...pushToEach(1, 2, 5_000, 1_000),
    tuning: { polling: { everyMs: 1_000, reuse } },
  });

  test('with keep-alive, 5 polls use the one connection', async () => {
    const { measurements } = await measure({ scenario: scenario('connection'), transport: 'polling' });
    expect(measurements.requests.total).toBe(5);
    expect(measurements.connections).toEqual({ asked: 1, opened: 1, reopened: 0, unrecovered: 0 });
  });

  test('without, every one of the 5 polls opens its own', async () => {
    const { measurements } = await measure({ scenario: scenario('none'), transport: 'polling' });
    expect(measurements.requests.total).toBe(5);
    expect(measurements.connections).toEqual({ asked: 1, opened: 1, reopened: 5 });
  });
});

describe('ground truth 20: five updates, one a second, 39 B', () => {
  const scenario = {
    workload: {
      kind: 'push',
      origin: 'publisher',
      audience: 'all',
      payloadBytes: 39,
      schedule: { kind: 'constant', perSecond: 1, phase: 'fixed' },
    },
    connections: 1,
    // Due at 0, 1, 2, 3 and 4 s.
    phases: { warmupMs: 0, measureMs: 4_200, drainMs: 1_000 },
    tuning: { polling: { everyMs: 250 } },
  } as const;
  const oneConnection = { asked: 1, opened: 1, reopened: 0, unrecovered: 0 };

  test('polled every 250 ms: 15 to 18 polls on one connection', async () => {
    const { measurements } = await measure({ scenario, transport: 'polling' });
    expect(measurements.messages.received).toBe(5);
    expect(measurements.requests.total).toBeGreaterThanOrEqual(15);
    expect(measurements.requests.total).toBeLessThanOrEqual(18);
    expect(measurements.connections).toEqual(oneConnection);
  });

  test('long-polled: 5 polls', async () => {
    const { measurements } = await measure({ scenario, transport: 'long-polling' });
    expect(measurements.messages.received).toBe(5);
    expect(measurements.requests).toEqual({ total: 5, empty: 0, carrying: 5 });
    expect(measurements.connections).toEqual(oneConnection);
  });

  test('long-polled, every poll behind the first is held for 1,000 ms', again, async () => {
    const server = await startReferenceServer({ host: '127.0.0.1', port: 0 });
    const relay = await tap(server.port);
    try {
      await measure({
        scenario,
        transport: 'long-polling',
        server: { name: 'tapped', url: relay.url, transports: ['long-polling'] },
      });
    } finally {
      relay.close();
      await server.close();
    }
    const holdsMs = relay.exchanges
      .filter(({ requestLine }) => /^GET \/long-poll.*[?&]after=/.test(requestLine))
      .map(({ answeredAfterMs }) => answeredAfterMs);
    expect(holdsMs).toHaveLength(5);
    for (const holdMs of holdsMs.slice(1)) expect(Math.abs(holdMs - 1_000)).toBeLessThan(6);
  });

  test('as an event stream: 1 request', async () => {
    const { measurements } = await measure({ scenario, transport: 'sse' });
    expect(measurements.messages.received).toBe(5);
    expect(measurements.requests).toEqual({ total: 1, empty: 0, carrying: null });
    expect(measurements.connections).toEqual(oneConnection);
  });

  test('by WebSocket: 1 upgrade and 5 frames with 2 B of header each', async () => {
    const { measurements } = await measure({ scenario, transport: 'websocket' });
    expect(measurements.messages.received).toBe(5);
    expect(measurements.requests).toEqual({ total: 1, empty: 0, carrying: null });
    expect(measurements.bytes.down).toMatchObject({ payload: 5 * 39, framing: 5 * 2 });
    expect(measurements.connections).toEqual(oneConnection);
  });
});

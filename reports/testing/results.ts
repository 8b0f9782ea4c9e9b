import { type Scenario, type ScenarioInput, scenarioSchema } from '../../scenarios/schema.ts';
import { TRANSPORTS } from '../../servers/contract.ts';
import { encodeHistogram, newHistogram } from '../results/histogram.ts';
import type { DirectionBytes, Measurements, Outcome, Results, Trial, Warning } from '../results/schema.ts';

/**
 * Results as a run would write them, without a run: seeded, so that a test can say what must come
 * out, and shaped like what two cores measure, so that a report made of them looks real.
 */

/** No bytes in any account. */
export const NO_BYTES: DirectionBytes = {
  payload: 0,
  framing: 0,
  headers: 0,
  handshake: 0,
  control: 0,
  tls: 0,
  outside: 0,
};

/** An encoded histogram of these microseconds. */
export function encoded(samplesUs: readonly number[], histogram = newHistogram()): string {
  for (const us of samplesUs) histogram.recordValue(Math.round(us));
  const text = encodeHistogram(histogram);
  histogram.destroy();
  return text;
}

/** Measurements with nothing in them, except for what is given. */
export function measurements(overrides: Partial<Measurements> = {}): Measurements {
  const empty = encoded([]);
  return {
    measureMs: 10_000,
    histograms: {
      latency: empty,
      service: empty,
      lateness: empty,
      connect: empty,
      recovery: empty,
      loopDelay: empty,
    },
    intervals: [],
    messages: {
      due: 0,
      sent: 0,
      unsent: 0,
      expected: 0,
      received: 0,
      lost: 0,
      duplicated: 0,
      reordered: 0,
      negative: 0,
    },
    requests: { total: 0, empty: 0, carrying: null },
    connections: { asked: 0, opened: 0, reopened: 0, unrecovered: 0 },
    slow: null,
    bytes: { up: NO_BYTES, down: NO_BYTES },
    sockets: { up: 0, down: 0 },
    processes: [],
    stolenCpuShare: null,
    faults: {},
    ...overrides,
  };
}

/** A complete scenario: a live feed unless something else is said. */
export function scenario(overrides: Partial<ScenarioInput> = {}): Scenario {
  return scenarioSchema.parse({
    name: 'live-feed',
    question: 'How stale is a price, and what does a price cost?',
    workload: {
      kind: 'push',
      origin: 'publisher',
      audience: 'all',
      payloadBytes: 200,
      schedule: { kind: 'poisson', perSecond: 10 },
    },
    connections: 100,
    ...overrides,
  });
}

/** A second scenario, in which the clients send. */
export function chat(): Scenario {
  return scenario({
    name: 'chat',
    question: 'What does a room of twenty people feel, and what do their words cost?',
    workload: {
      kind: 'push',
      origin: 'clients',
      audience: { rooms: 20 },
      payloadBytes: 120,
      schedule: { kind: 'poisson', perSecond: 0.5 },
    },
  });
}

/** One trial that completed, unless another outcome is given. */
export function trial(overrides: Partial<Trial> = {}): Trial {
  return {
    scenario: scenario(),
    transport: 'websocket',
    server: 'reference',
    block: 0,
    order: 0,
    seed: 1,
    startedAt: '2026-01-02T03:04:05.678Z',
    outcome: completed(measurements()),
    ...overrides,
  };
}

/** A completed outcome; its validity is the worst level among the warnings. */
export function completed(measured: Measurements, warnings: readonly Warning[] = []): Outcome {
  const worst = (['invalid', 'doubtful'] as const).find((level) =>
    warnings.some((warning) => warning.level === level),
  );
  return { status: 'completed', validity: worst ?? 'valid', warnings, measurements: measured };
}

/** A results file of these trials. */
export function results(trials: readonly Trial[], overrides: Partial<Results> = {}): Results {
  return {
    schema: 'wirebench/results@1',
    tool: { name: 'wirebench', version: '0.1.0' },
    startedAt: '2026-01-02T03:04:00.000Z',
    commandLine: ['run', 'live-feed', 'chat', '--trials', '3'],
    seed: 42,
    environment: {
      cpuModel: 'Example CPU @ 2.50GHz',
      cores: 2,
      memoryBytes: 8_000_000_000,
      platform: 'linux',
      kernel: '6.8.0',
      node: 'v20.20.2',
    },
    comparison: {
      scenarios: [...new Set(trials.map(({ scenario }) => scenario.name))],
      transports: TRANSPORTS,
      servers: [...new Set(trials.map(({ server }) => server))],
      trials: 3,
    },
    versions: { wirebench: '0.1.0', node: 'v20.20.2', ws: '8.23.0' },
    ceilings: [
      {
        server: 'reference',
        tool: 'autocannon 9.0.0',
        connections: 10,
        durationMs: 2_000,
        requestsPerSecond: 18_432,
        errors: 0,
      },
    ],
    trials,
    ...overrides,
  };
}

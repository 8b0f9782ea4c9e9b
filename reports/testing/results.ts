import { type Random, randomFrom } from '../../scenarios/random.ts';
import { type Scenario, type ScenarioInput, scenarioSchema } from '../../scenarios/schema.ts';
import { TRANSPORTS, type Transport } from '../../servers/contract.ts';
import { encodeHistogram, newHistogram } from '../results/histogram.ts';
import type { DirectionBytes, Measurements, Outcome, Results, Trial, Warning } from '../results/schema.ts';

/**
 * Results as a run would write them, without a run: seeded, so that a test can say what must come
 * out, and shaped like what two cores measure, so that a report made of them looks real.
 */

const NO_BYTES: DirectionBytes = {
  payload: 0,
  framing: 0,
  headers: 0,
  handshake: 0,
  control: 0,
  tls: 0,
  outside: 0,
};

/** An encoded histogram of these microseconds. */
export function encoded(samplesUs: readonly number[]): string {
  const histogram = newHistogram();
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
    histograms: { latency: empty, service: empty, lateness: empty, connect: empty, loopDelay: empty },
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
    connections: { asked: 0, opened: 0, reopened: 0 },
    bytes: { up: NO_BYTES, down: NO_BYTES },
    sockets: { up: 0, down: 0 },
    processes: [],
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

/** How each transport behaves in {@link exampleResults}, per message of a live feed. */
const BEHAVIOUR = {
  polling: { rssBytes: 31_000, cpuUs: 21, latencyUs: (random: Random) => random() * 1_000_000 + 400 },
  'long-polling': { rssBytes: 27_000, cpuUs: 88, latencyUs: (random: Random) => logNormal(random, 950, 0.5) },
  sse: { rssBytes: 16_500, cpuUs: 9.5, latencyUs: (random: Random) => logNormal(random, 420, 0.35) },
  websocket: { rssBytes: 11_800, cpuUs: 7.9, latencyUs: (random: Random) => logNormal(random, 410, 0.35) },
} as const satisfies Record<Transport, unknown>;

/**
 * A comparison of all four transports on two scenarios: in `chat` one trial of long-polling failed,
 * one of WebSocket lost messages, and polling was skipped.
 *
 * @param trials of every arm; 3 if not said.
 */
export function exampleResults(trials = 3): Results {
  const all: Trial[] = [];
  for (const asked of [scenario(), chat()]) {
    for (let block = 0; block < trials; block += 1) {
      for (const transport of TRANSPORTS) {
        const outcome = exampleOutcome(asked, transport, block);
        all.push(
          trial({ scenario: asked, transport, block, order: all.length, seed: 1_000 + block, outcome }),
        );
      }
    }
  }
  return results(all);
}

function exampleOutcome(asked: Scenario, transport: Transport, block: number): Outcome {
  if (asked.name === 'chat' && transport === 'polling') {
    return { status: 'skipped', reason: 'the server "reference" does not serve polling' };
  }
  if (asked.name === 'chat' && transport === 'long-polling' && block === 2) {
    const reason = 'after 15 s 97 of 100 clients were connected; the last error was ECONNRESET';
    return { status: 'failed', stage: 'connect', reason };
  }
  const measured = exampleMeasurements(asked, transport, block);
  const warnings: Warning[] = [];
  if (measured.messages.lost > 0) {
    const message = `${measured.messages.lost} of ${measured.messages.expected} messages never arrived`;
    warnings.push({ code: 'lost', level: 'invalid', message });
  }
  if (asked.name === 'live-feed' && transport === 'long-polling' && block === 0) {
    const message = '1,204 samples carry a p95 and no p99';
    warnings.push({ code: 'few-samples', level: 'doubtful', message });
  }
  return completed(measured, warnings);
}

function exampleMeasurements(asked: Scenario, transport: Transport, block: number): Measurements {
  const random = randomFrom('example', asked.name, transport, block);
  const { rssBytes, cpuUs, latencyUs } = BEHAVIOUR[transport];
  const payloadBytes = asked.workload.kind === 'idle' ? 0 : asked.workload.payloadBytes;
  const expected = 10_000;
  const lost = asked.name === 'chat' && transport === 'websocket' && block === 1 ? 3 : 0;
  const received = expected - lost;
  const drift = 0.97 + 0.06 * random();
  const samples = Array.from({ length: received }, () => latencyUs(random) * drift);
  const late = () => encoded(Array.from({ length: 100 }, () => 60 + 80 * random()));
  const polled = transport === 'polling' || transport === 'long-polling';
  const carrying = transport === 'polling' ? 998 : transport === 'long-polling' ? 9_420 : null;
  const requests = transport === 'polling' ? 1_001 : transport === 'long-polling' ? 9_520 : 100;
  const empty = carrying === null ? 0 : requests - carrying;
  const up: DirectionBytes = {
    ...NO_BYTES,
    headers: polled ? requests * 88 : 0,
    handshake: polled ? 0 : 100 * 204,
    control: transport === 'websocket' ? 600 : 0,
    outside: 9_000,
  };
  const down: DirectionBytes = {
    ...NO_BYTES,
    payload: received * payloadBytes,
    framing:
      received * (transport === 'websocket' ? 4 : transport === 'sse' ? 21 : 3) +
      (polled ? requests * 22 : 0),
    headers: polled ? requests * 181 : 0,
    handshake: polled ? 0 : 100 * 152,
    outside: 21_000,
  };
  return measurements({
    histograms: {
      latency: encoded(samples),
      service: encoded(samples.map((us) => Math.max(us - 90, 1))),
      lateness: late(),
      connect: encoded(Array.from({ length: 100 }, () => logNormal(random, 2_400, 0.4))),
      loopDelay: late(),
    },
    intervals: intervalsOf(samples),
    messages: {
      due: asked.name === 'chat' ? 500 : 100,
      sent: asked.name === 'chat' ? 500 : 100,
      unsent: 0,
      expected,
      received,
      lost,
      duplicated: 0,
      reordered: 0,
      negative: 0,
    },
    requests: { total: requests, empty, carrying },
    connections: { asked: 100, opened: 100, reopened: 0 },
    bytes: { up, down },
    sockets: { up: sum(up), down: sum(down) },
    processes: [
      {
        role: 'server',
        cpuUs: cpuUs * received * drift,
        rssBytes: 62_000_000 + Math.round(rssBytes * 100 * drift),
        rssBeforeBytes: 62_000_000,
      },
      { role: 'publisher', cpuUs: 90_000, rssBytes: 48_000_000, rssBeforeBytes: 47_000_000 },
      { role: 'worker', cpuUs: 6.2 * received, rssBytes: 71_000_000, rssBeforeBytes: 70_000_000 },
    ],
  });
}

/** Twenty intervals of half a second; the samples of a live feed arrive evenly. */
function intervalsOf(samples: readonly number[]): Measurements['intervals'] {
  const each = Math.ceil(samples.length / 20);
  return Array.from({ length: 20 }, (_, index) => {
    const inside = samples.slice(index * each, (index + 1) * each);
    return { startMs: index * 500, expected: inside.length, latency: encoded(inside) };
  });
}

function sum(bytes: DirectionBytes): number {
  return Object.values(bytes).reduce((total, value) => total + value, 0);
}

/** By Box and Muller, with the median and the spread of the logarithm. */
function logNormal(random: Random, medianUs: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return medianUs * Math.exp(sigma * normal);
}

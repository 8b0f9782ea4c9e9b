import { type Random, randomFrom } from '../../scenarios/random.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import { TRANSPORTS, type Transport } from '../../servers/contract.ts';
import { newSliceHistogram, SLICES } from '../results/histogram.ts';
import type { DirectionBytes, Measurements, Outcome, Results, Trial, Warning } from '../results/schema.ts';
import { chat, completed, encoded, measurements, NO_BYTES, results, scenario, trial } from './results.ts';

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

/** The example's live feed under six names: as large a report as it is to be quick for. */
export function sixScenarios(trials: number): Results {
  const example = exampleResults(trials);
  const feed = example.trials.filter(({ scenario }) => scenario.name === 'live-feed');
  const names = ['one', 'two', 'three', 'four', 'five', 'six'];
  return {
    ...example,
    comparison: { ...example.comparison, scenarios: names },
    trials: names.flatMap((name) =>
      feed.map((trial) => ({ ...trial, scenario: { ...trial.scenario, name } })),
    ),
  };
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
      recovery: encoded([]),
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
    connections: { asked: 100, opened: 100, reopened: 0, unrecovered: 0, accepted: 100, established: 100 },
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

/** As many slices of ten seconds as a trial has; the samples of a live feed arrive evenly. */
function intervalsOf(samples: readonly number[]): Measurements['intervals'] {
  const each = Math.ceil(samples.length / SLICES);
  return Array.from({ length: SLICES }, (_, index) => {
    const inside = samples.slice(index * each, (index + 1) * each);
    return {
      startMs: (index * 10_000) / SLICES,
      expected: inside.length,
      latency: encoded(inside, newSliceHistogram()),
    };
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

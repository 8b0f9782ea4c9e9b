import { decodeHistogram, quantileUs } from '../../reports/results/histogram.ts';
import type { Completed } from '../../reports/results/schema.ts';
import { parseScenario } from '../../scenarios/parse.ts';
import type { ScenarioInput } from '../../scenarios/schema.ts';
import type { ServerSpec, Transport } from '../../servers/contract.ts';
import { referenceServer } from '../../servers/reference/spec.ts';
import { run } from '../run.ts';
import { knownServer } from './known-server.ts';

/** One number whose true value is known. */
export interface SelftestCheck {
  /** What was measured, in a few words. */
  readonly what: string;
  readonly unit: 'ms' | 'B' | 'messages';
  readonly expected: number;
  /** How far from it the measured one may be. */
  readonly tolerance: number;
  /** `null` if there is no such number: the trial did not complete. */
  readonly measured: number | null;
  readonly holds: boolean;
}

/** A trial whose outcome is known, and what is known of it. */
interface Case {
  readonly scenario: ScenarioInput;
  readonly transport: Transport;
  readonly server: ServerSpec;
  readonly expected: readonly (Omit<SelftestCheck, 'measured' | 'holds'> & {
    readonly of: (outcome: Completed) => number | null;
  })[];
}

/**
 * Measures what is known beforehand, with the same processes as any run: a server of known delay,
 * a server that freezes, polls at random phases, frames of known size. Takes about 30 s.
 *
 * @throws the reason of `signal`, when it aborts.
 */
export async function* selftest(signal: AbortSignal): AsyncGenerator<SelftestCheck, void> {
  for (const { scenario, transport, server, expected } of CASES) {
    const { trials } = await run({
      scenarios: [parseScenario(scenario, scenario.name)],
      transports: [transport],
      servers: [server],
      trials: 1,
      seed: 1,
      ceiling: false,
      commandLine: ['selftest'],
      signal,
    });
    signal.throwIfAborted();
    const outcome = trials[0]?.outcome;
    for (const { of, ...check } of expected) {
      const measured = outcome?.status === 'completed' ? of(outcome) : null;
      const holds = measured !== null && Math.abs(measured - check.expected) <= check.tolerance;
      yield { ...check, measured, holds };
    }
  }
}

const latency = (q: number) => (outcome: Completed) => {
  const us = quantileUs(decodeHistogram(outcome.measurements.histograms.latency), q);
  return us === null ? null : us / 1e3;
};

const lost = {
  what: 'messages lost',
  unit: 'messages',
  expected: 0,
  tolerance: 0,
  of: (outcome: Completed) => outcome.measurements.messages.lost,
} as const;

const QUESTION = 'Does this machine measure what is known?';

const CASES: readonly Case[] = [
  {
    scenario: {
      name: 'known-delay',
      question: QUESTION,
      workload: { kind: 'request', payloadBytes: 64, schedule: { kind: 'constant', perSecond: 20 } },
      connections: 1,
      phases: { warmupMs: 500, measureMs: 5_000, drainMs: 1_000 },
    },
    transport: 'websocket',
    server: knownServer(10),
    expected: [
      { what: 'an answer after 10 ms, p50', unit: 'ms', expected: 10, tolerance: 2, of: latency(0.5) },
      { what: 'an answer after 10 ms, p90', unit: 'ms', expected: 10, tolerance: 4, of: latency(0.9) },
      lost,
    ],
  },
  {
    // One message every 10 ms, 1 ms of service each. One that is due 10k ms into the freeze of a second waits
    // for what is left of it and for the k before it: 1,001 − 9k ms. A closed loop would see one slow answer.
    scenario: {
      name: 'frozen-server',
      question: QUESTION,
      workload: { kind: 'request', payloadBytes: 64, schedule: { kind: 'constant', perSecond: 100 } },
      connections: 1,
      phases: { warmupMs: 1_000, measureMs: 10_000, drainMs: 2_000 },
    },
    transport: 'websocket',
    server: knownServer(1, { afterMs: 5_000, forMs: 1_000 }),
    expected: [
      { what: 'a server frozen for 1 s, p50', unit: 'ms', expected: 1, tolerance: 2, of: latency(0.5) },
      { what: 'a server frozen for 1 s, p95', unit: 'ms', expected: 551, tolerance: 15, of: latency(0.95) },
      { what: 'a server frozen for 1 s, p99', unit: 'ms', expected: 911, tolerance: 15, of: latency(0.99) },
      {
        what: 'a server frozen for 1 s, longest',
        unit: 'ms',
        expected: 1_001,
        tolerance: 15,
        of: latency(1),
      },
      lost,
    ],
  },
  {
    // 50 clients of independent phase, 100 messages to each: the mean is T/2 ± 1.96·T/√(12n) = 100 ± 1.6 ms.
    scenario: {
      name: 'known-polls',
      question: QUESTION,
      workload: {
        kind: 'push',
        origin: 'publisher',
        audience: 'self',
        payloadBytes: 125,
        schedule: { kind: 'poisson', perSecond: 20 },
      },
      connections: 50,
      phases: { warmupMs: 500, measureMs: 5_000, drainMs: 1_000 },
      tuning: { polling: { everyMs: 200 } },
    },
    transport: 'polling',
    server: referenceServer(),
    expected: [
      { what: 'polls every 200 ms, p50', unit: 'ms', expected: 100, tolerance: 8, of: latency(0.5) },
      { what: 'polls every 200 ms, p99', unit: 'ms', expected: 198, tolerance: 8, of: latency(0.99) },
      lost,
    ],
  },
  {
    scenario: {
      name: 'known-bytes',
      question: QUESTION,
      workload: {
        kind: 'push',
        origin: 'publisher',
        audience: 'all',
        payloadBytes: 126,
        schedule: { kind: 'constant', perSecond: 50 },
      },
      connections: 10,
      phases: { warmupMs: 200, measureMs: 2_000, drainMs: 1_000 },
    },
    transport: 'websocket',
    server: referenceServer(),
    expected: [
      {
        what: 'frame header of 126 B by WebSocket',
        unit: 'B',
        expected: 4,
        tolerance: 0,
        of: ({ measurements: { bytes, messages } }) =>
          messages.received === 0 ? null : bytes.down.framing / messages.received,
      },
      lost,
    ],
  },
];

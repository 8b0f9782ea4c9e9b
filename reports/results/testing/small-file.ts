import { scenarioSchema } from '../../../scenarios/schema.ts';
import { encodeHistogram, newHistogram } from '../histogram.ts';
import type { Results } from '../schema.ts';

const direction = { payload: 1, framing: 0, headers: 0, handshake: 0, control: 0, tls: 0, outside: 0 };

/** A results file with little in it, and something of everything that has a shape of its own. */
export function smallFile(): Results {
  const histogram = newHistogram();
  histogram.recordValue(1_234);
  const text = encodeHistogram(histogram);
  return {
    schema: 'wirebench/results@1',
    tool: { name: 'wirebench', version: '1.2.3' },
    startedAt: '2026-01-02T03:04:05.000Z',
    commandLine: ['run'],
    seed: 1,
    comparison: { scenarios: ['x'], transports: ['sse'], servers: ['reference'], trials: 1 },
    environment: {
      cpuModel: 'x',
      cores: 2,
      memoryBytes: 1,
      platform: 'linux',
      kernel: '6',
      node: 'v20',
    },
    versions: { ws: '8' },
    ceilings: [
      { server: 'reference', tool: 'x', connections: 1, durationMs: 1, requestsPerSecond: 1, errors: 0 },
    ],
    trials: [
      {
        scenario: scenarioSchema.parse({
          name: 'quiet',
          question: 'What?',
          workload: {
            kind: 'push',
            origin: 'clients',
            audience: { rooms: 1 },
            payloadBytes: 32,
            schedule: { kind: 'poisson', perSecond: 1 },
          },
          link: { events: [{ kind: 'cut', atMs: 1 }] },
          connections: 1,
        }),
        transport: 'sse',
        server: 'reference',
        block: 0,
        order: 0,
        seed: 1,
        startedAt: '2026-01-02T03:04:05.000Z',
        outcome: {
          status: 'completed',
          validity: 'doubtful',
          warnings: [{ code: 'stolen-cpu', level: 'doubtful', message: 'x' }],
          measurements: {
            measureMs: 1_000,
            histograms: {
              latency: text,
              service: text,
              lateness: text,
              connect: text,
              recovery: text,
              loopDelay: text,
            },
            intervals: [{ startMs: 0, expected: 1, latency: text }],
            messages: {
              due: 1,
              sent: 1,
              unsent: 0,
              expected: 1,
              received: 1,
              lost: 0,
              duplicated: 0,
              reordered: 0,
              negative: 0,
            },
            requests: { total: 1, empty: 0, carrying: null },
            connections: { asked: 1, opened: 1, reopened: 0, unrecovered: 0 },
            slow: { clients: 1, expected: 1, received: 1, disconnected: 0 },
            bytes: { up: direction, down: direction },
            sockets: { up: 1, down: 1 },
            processes: [{ role: 'server', cpuUs: 1, rssBytes: 1, rssBeforeBytes: 1 }],
            stolenCpuShare: null,
            faults: { 'no answer': 1 },
          },
        },
      },
      { ...OTHER, block: 1, outcome: { status: 'failed', stage: 'server', reason: 'x' } },
      { ...OTHER, block: 2, outcome: { status: 'skipped', reason: 'x' } },
    ],
  };
}

const OTHER = {
  scenario: scenarioSchema.parse({
    name: 'quiet',
    question: 'What?',
    workload: { kind: 'idle' },
    connections: 1,
  }),
  transport: 'polling',
  server: 'reference',
  order: 1,
  seed: 1,
  startedAt: '2026-01-02T03:04:05.000Z',
} as const;

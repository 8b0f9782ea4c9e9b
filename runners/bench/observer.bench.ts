import { parseArgs } from 'node:util';
import { decodeHistogram, quantileUs } from '../../reports/results/histogram.ts';
import type { Measurements } from '../../reports/results/schema.ts';
import { parseScenario } from '../../scenarios/parse.ts';
import { randomFrom, shuffled } from '../../scenarios/random.ts';
import type { Transport } from '../../servers/contract.ts';
import { referenceServer } from '../../servers/reference/spec.ts';
import { nowUs, sleepMs } from '../clock.ts';
import { assign } from '../generator/assign.ts';
import { Crew } from '../processes/crew.ts';
import { startGuard } from '../processes/guard.ts';
import { roundsOf, spread, table, writeSection } from './tables.ts';

/**
 * How much of the latency at 1,000 connections is the generator's own: the latency that a worker with all of them
 * records, beside that of a calm observer: a process with 20 connections more, in between, that get the same frames.
 *
 *     npm run bench:observer -- [--rounds 5] [--write]
 */
const CONNECTIONS = 1_000;
const OBSERVERS = 20;
const PER_SECOND = 10;
const PHASES = { warmupMs: 1_000, measureMs: 4_000, drainMs: 1_000 };
const TRANSPORTS = ['long-polling', 'sse', 'websocket'] as const satisfies readonly Transport[];
const QUANTILES = [0.5, 0.99] as const;

const PUBLISHER = new URL('../generator/publisher-main.js', import.meta.url);
const BUSY = new URL('./observer/busy-main.js', import.meta.url);
const OBSERVER = new URL('./observer/observer-main.js', import.meta.url);

const WITHIN_MS = 15_000;
const HEAD_START_US = 100_000;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});

const rounds = roundsOf(values.rounds);

/** What worker and observer each record, in µs at each of the quantiles. */
interface Seen {
  readonly busy: readonly number[];
  readonly calm: readonly number[];
}

const seen = new Map<Transport, Seen[]>(TRANSPORTS.map((transport) => [transport, []]));
const guard = await startGuard();
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const transport of shuffled(TRANSPORTS, randomFrom('observer', round))) {
      const both = await observe(transport, round);
      seen.get(transport)?.push(both);
      process.stderr.write(`round ${round + 1} of ${rounds}: ${transport} ${JSON.stringify(both)}\n`);
    }
  }
} finally {
  await guard.close();
}

const rows = [...seen].flatMap(([transport, trials]) =>
  QUANTILES.map((q, at) => {
    const of = (who: keyof Seen) => trials.map((both) => both[who][at] ?? Number.NaN);
    const [busy, calm] = [of('busy'), of('calm')];
    const added = spread(busy.map((us, round) => us - (calm[round] ?? Number.NaN)));
    const numbers = [spread(busy)[0], spread(calm)[0], ...added].map((us) => (us / 1e3).toFixed(2));
    return [`${transport}, p${q * 100}`, ...numbers];
  }),
);
const report = table([`ms, ${rounds} rounds`, 'worker', 'observer', 'difference', 'lowest', 'highest'], rows);
console.log(report);
if (values.write) writeSection('npm run bench:observer', report);

/** One trial, with fresh processes. */
async function observe(transport: Transport, seed: number): Promise<Seen> {
  const signal = new AbortController().signal;
  const crew = new Crew(guard, signal);
  try {
    const server = referenceServer();
    const [running] = await crew.startServers(server, 1, null);
    if (running === undefined) throw new Error('there is no server');
    const { hostname, port } = running.origin;
    const targets = [{ host: hostname, port: Number(port), tls: null }];
    const trial = { scenario: scenario(), transport, server, block: 0, order: 0, seed };
    const staffing = { workers: 1, shards: 1, clientsPerAddress: null };
    const { publisher, workers } = assign(trial, staffing, targets, targets);
    const [everybody] = workers;
    if (publisher === null || everybody === undefined)
      throw new Error('there is nobody to publish or to receive');
    const parts = [
      ['publisher', PUBLISHER, publisher],
      ['worker', BUSY, everybody],
      ['observer', OBSERVER, everybody],
    ] as const;
    const children = parts.map(([name, entry, assignment]) => {
      const child = crew.start(name, entry);
      child.say({ kind: 'assign', assignment });
      return child;
    });
    await crew.all(children, 'ready', WITHIN_MS);
    for (const child of children) child.say({ kind: 'connect', atUs: nowUs() });
    await crew.all(children, 'connected', WITHIN_MS);
    const startUs = Math.ceil(nowUs() + HEAD_START_US);
    for (const child of children) child.say({ kind: 'start', startUs });
    await sleepMs((startUs - nowUs()) / 1e3 + PHASES.warmupMs + PHASES.measureMs);
    await crew.all(children, 'complete', PHASES.drainMs);
    await sleepMs(PHASES.drainMs);
    for (const child of children) child.say({ kind: 'finish' });
    const [sent, busy, calm] = await crew.all(children, 'measurements', WITHIN_MS);
    if (sent === undefined || busy === undefined || calm === undefined)
      throw new Error('somebody said nothing');
    const frames = sent.measurements.messages.sent;
    return {
      busy: quantilesOf(busy.measurements, frames * CONNECTIONS),
      calm: quantilesOf(calm.measurements, frames * OBSERVERS),
    };
  } finally {
    await crew.end();
  }
}

function scenario() {
  const schedule = { kind: 'constant', perSecond: PER_SECOND };
  return parseScenario(
    {
      name: 'observed',
      question: 'What does the generator add?',
      workload: { kind: 'push', origin: 'publisher', audience: 'all', payloadBytes: 100, schedule },
      connections: CONNECTIONS + OBSERVERS,
      phases: PHASES,
    },
    'observed',
  );
}

/** @throws Error if not every frame has come to every connection. */
function quantilesOf({ histograms }: Measurements, expected: number): number[] {
  const latency = decodeHistogram(histograms.latency);
  if (latency.totalCount !== expected) throw new Error(`${latency.totalCount} of ${expected} came`);
  return QUANTILES.map((q) => quantileUs(latency, q) ?? Number.NaN);
}

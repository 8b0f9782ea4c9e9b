import { readdirSync, readFileSync } from 'node:fs';
import { parseScenario } from '../../scenarios/parse.ts';
import { isTransport, TRANSPORTS, type Transport } from '../../servers/contract.ts';
import { referenceServer } from '../../servers/reference/spec.ts';
import { run } from '../run.ts';

/**
 * The soak: 2,000 connections for 15 minutes, one frame a second to each, transport by transport.
 * Prints what was lost and how the memory of every process moved after its first minute.
 *
 *     node dist/runners/bench/soak.bench.js [minutes] [transport…]
 */
const [minutes = '15', ...named] = process.argv.slice(2);
const measureMs = Number(minutes) * 60_000;
const transports = named.length > 0 ? named.filter(isTransport) : TRANSPORTS;

/** The processes of a trial, by the file that they run. */
const NAMES = [
  ['reference/main', 'server'],
  ['publisher-main', 'publisher'],
  ['worker-main', 'worker'],
  ['guard-main', 'guard'],
] as const;

/** A minute of samples makes one figure, so that a garbage collection in progress is not a trend. */
const SAMPLE_EVERY_MS = 5_000;
const SAMPLES_PER_MINUTE = 60_000 / SAMPLE_EVERY_MS;

for (const transport of transports) await soak(transport);

async function soak(transport: Transport): Promise<void> {
  const memory = new Map<string, number[]>();
  const timer = setInterval(() => {
    for (const [name, bytes] of processes()) memory.set(name, [...(memory.get(name) ?? []), bytes]);
  }, SAMPLE_EVERY_MS);
  const { trials } = await run({
    scenarios: [parseScenario(scenario(), 'soak')],
    transports: [transport],
    servers: [referenceServer()],
    trials: 1,
    seed: 1,
    ceiling: false,
    commandLine: process.argv,
  });
  clearInterval(timer);
  const outcome = trials[0]?.outcome;
  if (outcome?.status !== 'completed') {
    console.log(`${transport}: ${JSON.stringify(outcome)}`);
    return;
  }
  const { expected, received, lost, duplicated, reordered } = outcome.measurements.messages;
  console.log(
    `${transport}: ${outcome.validity}; ${expected} expected, ${received} received, ${lost} lost, ` +
      `${duplicated} duplicated, ${reordered} reordered`,
  );
  for (const [name, samples] of memory) console.log(`  ${name.padEnd(12)} ${inWords(samples)}`);
}

function scenario() {
  return {
    name: 'soak',
    question: 'Does anything grow?',
    workload: {
      kind: 'push',
      origin: 'publisher',
      audience: 'all',
      payloadBytes: 100,
      schedule: { kind: 'constant', perSecond: 1 },
    },
    connections: 2_000,
    phases: { warmupMs: 1_000, measureMs, drainMs: 10_000 },
  };
}

/** How the minutes after the first compare with the second minute, the first full one under load. */
function inWords(samples: readonly number[]): string {
  const perMinute: number[] = [];
  for (let at = SAMPLES_PER_MINUTE; at + SAMPLES_PER_MINUTE <= samples.length; at += SAMPLES_PER_MINUTE) {
    const minute = samples.slice(at, at + SAMPLES_PER_MINUTE);
    perMinute.push(minute.reduce((sum, bytes) => sum + bytes, 0) / minute.length);
  }
  const [first] = perMinute;
  if (first === undefined) return 'too short to say';
  const percent = (bytes: number) => `${(((bytes - first) / first) * 100).toFixed(1)} %`;
  return (
    `${(first / 1e6).toFixed(1)} MB in minute 2; from ${percent(Math.min(...perMinute))} to ` +
    `${percent(Math.max(...perMinute))} of it in ${perMinute.length} minutes; at the end ${percent(perMinute.at(-1) ?? first)}`
  );
}

/** Resident memory of this process and of its children, by what they are. */
function* processes(): Generator<[name: string, rssBytes: number]> {
  yield ['coordinator', process.memoryUsage.rss()];
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const status = readOrEmpty(`/proc/${pid}/status`);
    if (Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]) !== process.pid) continue;
    const command = readOrEmpty(`/proc/${pid}/cmdline`);
    const name = NAMES.find(([file]) => command.includes(file))?.[1];
    const rssKb = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
    if (name !== undefined) yield [name, rssKb * 1024];
  }
}

/** A process may end between two looks at it. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

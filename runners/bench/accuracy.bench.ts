import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { decodeHistogram, quantileUs } from '../../reports/results/histogram.ts';
import { parseScenario } from '../../scenarios/parse.ts';
import { randomFrom, shuffled } from '../../scenarios/random.ts';
import { ROUTES } from '../../servers/contract.ts';
import { launch } from '../../servers/launch.ts';
import { referenceServer } from '../../servers/reference/spec.ts';
import { startGuard } from '../processes/guard.ts';
import { run } from '../run.ts';
import { roundsOf, spread, table, writeSection } from './tables.ts';

/**
 * How much of the service time at low load is the generator's own: one connection with 100 requests a second of
 * 100 B, by h2load, which is written in C, and by a trial, in turns on one reference server.
 *
 *     npm run bench:accuracy -- [--rounds 5] [--write]
 *
 * Both take the time from just before a request is written to when its answer has been read.
 */
const PAYLOAD_BYTES = 100;
const PER_SECOND = 100;
const SECONDS = 8;

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
});

const count = roundsOf(values.rounds);
const folder = mkdtempSync(join(tmpdir(), 'wirebench-accuracy-'));
const guard = await startGuard();
const server = await launch(referenceServer(), { onTrace: guard.hold });
const rounds: { readonly h2load: number; readonly ours: number }[] = [];
try {
  for (let round = 0; round < count; round += 1) {
    const medians = { h2load: Number.NaN, ours: Number.NaN };
    for (const who of shuffled(['h2load', 'ours'] as const, randomFrom('accuracy', round))) {
      medians[who] = who === 'h2load' ? await h2loadUs() : await serviceUs();
      process.stderr.write(`round ${round + 1} of ${count}: ${who} ${medians[who]} µs\n`);
    }
    rounds.push(medians);
  }
} finally {
  await server.stop();
  await guard.close();
  rmSync(folder, { recursive: true });
}

const columns = [
  ['h2load, median', rounds.map(({ h2load }) => h2load)],
  ['`service.p50`', rounds.map(({ ours }) => ours)],
  ['difference', rounds.map(({ h2load, ours }) => ours - h2load)],
] as const;
const report = table(
  [`µs, ${rounds.length} rounds`, 'median', 'lowest', 'highest'],
  columns.map(([name, us]) => [name, ...spread(us).map((value) => value.toFixed(0))]),
);
console.log(report);
if (values.write) writeSection('npm run bench:accuracy', report);

/** The median of h2load's log, whose third column is the time of a request in microseconds. */
async function h2loadUs(): Promise<number> {
  const [body, log] = [join(folder, 'body'), join(folder, 'log')];
  writeFileSync(body, 'x'.repeat(PAYLOAD_BYTES));
  rmSync(log, { force: true });
  const load = ['--h1', '-c1', `--rps=${PER_SECOND}`, `-D${SECONDS}`, '-d', body, `--log-file=${log}`];
  await promisify(execFile)('h2load', [...load, new URL(ROUTES.echo, server.origin).href]);
  const tookUs = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .map((line) => Number(line.split('\t')[2]));
  return spread(tookUs)[0];
}

/** `service.p50` of a trial. */
async function serviceUs(): Promise<number> {
  const scenario = {
    name: 'request-reply',
    question: 'What does a round trip cost?',
    workload: {
      kind: 'request',
      payloadBytes: PAYLOAD_BYTES,
      schedule: { kind: 'constant', perSecond: PER_SECOND },
    },
    connections: 1,
    phases: { warmupMs: 1_000, measureMs: (SECONDS - 1) * 1_000, drainMs: 1_000 },
  };
  const { trials } = await run({
    scenarios: [parseScenario(scenario, 'accuracy')],
    transports: ['polling'],
    servers: [{ name: 'reference', url: server.origin.href, transports: ['polling'] }],
    trials: 1,
    seed: rounds.length,
    ceiling: false,
    commandLine: process.argv,
  });
  const outcome = trials[0]?.outcome;
  if (outcome?.status !== 'completed') throw new Error(JSON.stringify(outcome));
  return quantileUs(decodeHistogram(outcome.measurements.histograms.service), 0.5) ?? Number.NaN;
}

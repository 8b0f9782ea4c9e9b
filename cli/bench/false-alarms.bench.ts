import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { upperBound } from '../../reports/bench/binomial.ts';
import { builtin } from '../../scenarios/builtin.ts';
import { runCheck } from './check-process.ts';

/**
 * The gate against itself, for real: checks of the reference server against the reference server, with
 * short trials. Every call adds its checks to a file, since a quarter of an hour is more than a shared
 * machine may be asked for at once, and prints what all of them came to.
 *
 *     node dist/cli/bench/false-alarms.bench.js CHECKS FIRST_SEED FILE
 */
const [checks = 8, firstSeed = 1] = process.argv.slice(2, 4).map(Number);
const file = process.argv[4] ?? 'results/false-alarms.ndjson';

const GATES = [
  'latency.p50 <= +10%',
  'latency.p90 <= +20%',
  'delivered.perSecond >= -5%',
  'bytes.perMessage <= +1%',
  'server.cpuUsPerMessage <= +10%',
];

/** One check, as a line of the file. */
interface Line {
  readonly seed: number;
  readonly exit: number | null;
  readonly answer: string;
  /** Blocks that were measured again. */
  readonly repeated: number;
}

const folder = mkdtempSync(join(tmpdir(), 'wirebench-false-alarms-'));
try {
  // 100 × 40/s × 0.4 s = 1,600 deliveries, of which a gated p90 takes 1,000.
  const scenario = join(folder, 'short.json');
  writeFileSync(scenario, JSON.stringify(shortScenario()));
  for (let seed = firstSeed; seed < firstSeed + checks; seed += 1) {
    const { exit, verdict, sentences } = await runCheck([
      ...['--base-server', 'reference', '--server', 'reference', '--scenario', scenario],
      ...['--transports', 'websocket', '--trials', '8', '--seed', String(seed), '--out', join(folder, 'out')],
      ...GATES.flatMap((gate) => ['--gate', gate]),
    ]);
    const line: Line = { seed, exit, answer: verdict.answer, repeated: verdict.repeated.length };
    appendFileSync(file, `${JSON.stringify(line)}\n`);
    const reasons = verdict.answer === 'invalid' ? [...verdict.problems, ...sentences] : [];
    process.stderr.write(`seed ${seed}: ${[verdict.answer, ...reasons].join('; ')}\n`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

const lines: Line[] = existsSync(file)
  ? readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  : [];
const count = (answer: string) => lines.filter((line) => line.answer === answer).length;
const alarms = lines.filter(({ exit }) => exit === 20).length;
console.log(
  `${lines.length} checks of the reference server against itself, 8 blocks, ${GATES.length} gates:`,
);
const repeated = lines.reduce((sum, line) => sum + line.repeated, 0);
console.log(
  `pass ${count('pass')}, inconclusive ${count('inconclusive')}, invalid ${count('invalid')}; blocks measured again: ${repeated}`,
);
const bound = (upperBound(alarms, lines.length) * 100).toFixed(1);
console.log(`regressed ${alarms}: false alarms are at most ${bound} %, at 95 % (Clopper and Pearson)`);

/** A stream as steady as the default one, in trials of half a second. */
function shortScenario() {
  const [steady] = builtin('steady');
  return { ...steady, name: 'short', phases: { warmupMs: 100, measureMs: 400, drainMs: 2_000 } };
}

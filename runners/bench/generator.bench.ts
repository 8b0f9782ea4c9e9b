import { parseArgs } from 'node:util';
import { randomFrom, shuffled } from '../../scenarios/random.ts';
import { launch } from '../../servers/launch.ts';
import { referenceServer } from '../../servers/reference/spec.ts';
import { startGuard } from '../processes/guard.ts';
import { rateTable, ratioTable } from './generator/comparisons.ts';
import { CONTENDERS, type ContenderName, nameAndVersion } from './generator/contenders.ts';
import { deliveriesPerCpuSecond } from './generator/measure.ts';
import { roundsOf, writeSection } from './tables.ts';

/**
 * What a delivery costs the generator, beside public tools on the same reference server: deliveries
 * per second of the generator's CPU time. In every round each generator has its turn, in an order
 * that is shuffled anew; ratios are taken within a round.
 *
 *     npm run bench -- [--rounds 5] [--only polling,wrk] [--write]
 *
 * `--write` puts the tables into BENCHMARKS.md, of all generators. Needs Linux; wrk and h2load are measured if installed.
 */
const { rounds, only, write } = parameters();
const names = new Map(CONTENDERS.map(({ name }) => [name, nameAndVersion(name)]));
const absent = CONTENDERS.filter(({ name }) => names.get(name) === null);
const present = CONTENDERS.filter(
  (contender) => !absent.includes(contender) && (only.length === 0 || only.includes(contender.name)),
);
const rates = new Map<ContenderName, number[]>(present.map(({ name }) => [name, []]));

const guard = await startGuard();
const server = await launch(referenceServer(), { onTrace: guard.hold });
try {
  for (let round = 0; round < rounds; round += 1) {
    for (const contender of shuffled(present, randomFrom('generator', round))) {
      const rate = await deliveriesPerCpuSecond(contender, server.origin, guard);
      rates.get(contender.name)?.push(rate);
      process.stderr.write(`round ${round + 1} of ${rounds}: ${contender.name} ${Math.round(rate)}\n`);
    }
  }
} finally {
  await server.stop();
  await guard.close();
}

const report = [
  rateTable(rates, (name) => names.get(name) ?? name),
  '',
  ratioTable(rates),
  ...absent.map(({ name }) => `\n${name} is not installed here, so it was not measured.`),
].join('\n');
console.log(report);
if (write) writeSection('npm run bench', report);

function parameters(): { rounds: number; only: readonly string[]; write: boolean } {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
    },
  });
  const only = values.only === '' ? [] : values.only.split(/,(?!\d)/).map((name) => name.trim());
  const unknown = only.filter((name) => !CONTENDERS.some((contender) => contender.name === name));
  if (unknown.length > 0) throw new Error(`no such generator: ${unknown.join(', ')}`);
  if (values.write && only.length > 0) throw new Error('--write takes all generators: leave out --only');
  return { rounds: roundsOf(values.rounds), only, write: values.write };
}

import { formatNumber } from '../format.ts';
import { upperBound } from './binomial.ts';
import { ROUGH, type SimulatedCheck, simulateCheck, type World } from './simulated-check.ts';

/**
 * How often the gate errs, and how often it sees, on made-up trials whose truth is known: prints the
 * tables of BENCHMARKS.md.
 *
 *     node dist/reports/bench/gate.bench.js [checks]
 */
const checks = Number(process.argv[2] ?? 2_000);

console.log(`errors, of ${checks} simulated checks each: at most, at 95 % (Clopper and Pearson)\n`);
errors('12 gates, nothing changed: regressed', ROUGH, 'regressed');
errors('12 gates, each exactly at its margin: regressed', { ...ROUGH, ratio: () => 1.1 }, 'regressed');
errors('the same, margins of 0 and nothing changed: regressed', { ...ROUGH, margin: 0 }, 'regressed');
errors('1 gate of 12 exactly at its margin, calm: pass', calm({ ratio: one(1.1) }), 'pass');
errors('1 gate of 1 exactly at its margin: pass', { ...ROUGH, gates: 1, ratio: () => 1.1 }, 'pass');

errors('12 gates, nothing changed, late in stalls of 2 or more: regressed', late(ROUGH), 'regressed');
errors('the same: invalid, since it was late too often', late(ROUGH), 'invalid');
errors(
  '1 gate of 12 exactly at its margin, late in stalls: pass',
  late(calm({ stalls: 0.05, ratio: one(1.1) })),
  'pass',
);

const few = Math.ceil(checks / 4);
console.log(
  `\nwhat is seen, of ${few} simulated checks each: 12 gates with a margin of 10 %, of which one is really slower\n`,
);
console.log('| spread of a trial | slower by | regressed | pass | inconclusive | blocks, mean |');
console.log('| ----------------: | --------: | --------: | ---: | -----------: | -----------: |');
for (const spread of [0.03, 0.07, 0.15]) {
  for (const ratio of [1, 1.05, 1.1, 1.2, 1.3, 1.5]) {
    const outcomes = simulate({ ...ROUGH, spread, stalls: 0.02, ratio: one(ratio) }, few);
    const share = (answer: SimulatedCheck['answer']) => percent(count(outcomes, answer) / few);
    const blocks = outcomes.reduce((sum, outcome) => sum + outcome.blocks, 0) / few;
    const cells = [
      percent(spread),
      percent(ratio - 1),
      share('regressed'),
      share('pass'),
      share('inconclusive'),
    ];
    console.log(`| ${[...cells, blocks.toFixed(1)].join(' | ')} |`);
  }
}

function errors(what: string, world: World, wrong: SimulatedCheck['answer']): void {
  const hits = count(simulate(world, checks), wrong);
  console.log(`${what}: ${hits} (${percent(hits / checks)}), at most ${percent(upperBound(hits, checks))}`);
}

function simulate(world: World, times: number): SimulatedCheck[] {
  return Array.from({ length: times }, (_, seed) => simulateCheck(world, seed));
}

function count(outcomes: readonly SimulatedCheck[], answer: SimulatedCheck['answer']): number {
  return outcomes.filter((outcome) => outcome.answer === answer).length;
}

function calm(changes: Partial<World>): World {
  return { ...ROUGH, spread: 0.03, stalls: 0, ...changes };
}

function late(world: World): World {
  return { ...world, lateFrom: 2 };
}

/** The fourth gate differs, the others do not. */
function one(ratio: number): World['ratio'] {
  return (gate) => (gate === 3 ? ratio : 1);
}

function percent(share: number): string {
  return `${formatNumber(share * 100)} %`;
}

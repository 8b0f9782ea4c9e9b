import { type Random, randomFrom } from '../../scenarios/random.ts';
import { answerOf, type CheckAnswer, decide } from '../gate/decide.ts';
import type { Gate } from '../gate/gate.ts';
import { levelOf, looksOf } from '../gate/looks.ts';
import { rule, type Seen } from '../gate/repeat.ts';

/** How the trials of a check scatter, and what is really different. */
export interface World {
  readonly gates: number;
  /** Standard deviation of the logarithm of one trial, stalls aside. */
  readonly spread: number;
  /** Share of trials that a stall of the machine makes up to five times as bad, in all of its gates. */
  readonly stalls: number;
  /** A stall that makes a trial more than so many times as bad makes the generator late, and spoils the block. */
  readonly lateFrom: number;
  /** How much the machine becomes slower from the first block to the last, beside its wandering. */
  readonly drift: number;
  /** True ratio of candidate to baseline, by gate: 1 where nothing changed. */
  readonly ratio: (gate: number) => number;
  /** What is allowed, by gate: 0.1 for 10 %. */
  readonly margin: number;
  readonly blocks: number;
}

/** A machine that nobody would choose: heavy tails, stalls, drift, and twelve gates that share them. */
export const ROUGH: World = {
  gates: 12,
  spread: 0.1,
  stalls: 0.05,
  lateFrom: Number.POSITIVE_INFINITY,
  drift: 0.5,
  ratio: () => 1,
  margin: 0.1,
  blocks: 20,
};

/** What a simulated check came to, and after how many blocks. */
export interface SimulatedCheck {
  readonly answer: CheckAnswer;
  readonly blocks: number;
}

/** Runs one check on made-up trials, by the rules that `check` uses, looks and repeats included. */
export function simulateCheck(world: World, seed: number): SimulatedCheck {
  const random = randomFrom('simulated check', seed);
  const machine: Machine = { wandering: 0 };
  const looks = looksOf(world.blocks);
  const level = levelOf(looks);
  const trials = Array.from({ length: world.gates }, (_, index) => {
    return { gate: gateOf(world, index), baseline: [] as number[], candidate: [] as number[] };
  });
  const repeated: Seen[][] = [];
  for (let block = 0; block < world.blocks; ) {
    const drawn = drawBlock(world, machine, random);
    const seen = SIDES.map((server): Seen => {
      return { server, soundness: drawn[server].late ? 'spoiled' : 'sound' };
    });
    const ruling = rule(seen, repeated, world.blocks);
    if (ruling.kind === 'again') {
      repeated.push(seen);
      continue;
    }
    if (ruling.reason !== null) return { answer: 'invalid', blocks: block + 1 };
    block += 1;
    for (const [index, trial] of trials.entries()) {
      for (const side of SIDES) trial[side].push(drawn[side].values[index] ?? Number.NaN);
    }
    if (!looks.includes(block)) continue;
    const answer = answerOf(decide(trials, level), []);
    if (answer !== 'inconclusive') return { answer, blocks: block };
  }
  return { answer: 'inconclusive', blocks: world.blocks };
}

const SIDES = ['baseline', 'candidate'] as const;

/** The state of the machine, as a logarithm: it wanders between blocks, and drifts within one. */
interface Machine {
  wandering: number;
}

interface DrawnTrial {
  /** By gate. */
  readonly values: readonly number[];
  /** Whether the generator was late. */
  readonly late: boolean;
}

/** Both sides of a block, in an order that is drawn: whichever comes second meets the later state. */
function drawBlock(
  world: World,
  machine: Machine,
  random: Random,
): Record<(typeof SIDES)[number], DrawnTrial> {
  machine.wandering += 0.05 * normal(random);
  const draw = (side: (typeof SIDES)[number]): DrawnTrial => {
    machine.wandering += world.drift / (2 * world.blocks);
    const stall = random() < world.stalls ? Math.log(1 + 4 * random()) : 0;
    const shared = normal(random);
    const values = Array.from({ length: world.gates }, (_, index) => {
      const own = (shared + heavyTailed(random)) * world.spread * Math.SQRT1_2;
      const change = side === 'candidate' ? world.ratio(index) : 1;
      return 1_000 * change * Math.exp(machine.wandering + stall + own);
    });
    const late = Math.exp(stall) > world.lateFrom;
    return { values, late };
  };
  if (random() < 0.5) {
    const candidate = draw('candidate');
    return { candidate, baseline: draw('baseline') };
  }
  const baseline = draw('baseline');
  return { baseline, candidate: draw('candidate') };
}

function gateOf({ margin }: World, index: number): Gate {
  const limit = { kind: 'relative', change: margin, floor: 0 } as const;
  // A metric that is measured, whichever: the numbers are made up.
  return { scenario: `gate ${index}`, transport: 'sse', metric: 'latency.p50', relation: '<=', limit };
}

/** By Box and Muller. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Student's t with three degrees of freedom, scaled to variance 1: its fourth moment is infinite. */
function heavyTailed(random: Random): number {
  const squares = normal(random) ** 2 + normal(random) ** 2 + normal(random) ** 2;
  return normal(random) / Math.sqrt(squares / 3) / Math.sqrt(3);
}

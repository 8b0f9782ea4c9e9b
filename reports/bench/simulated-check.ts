import { type Random, randomFrom } from '../../scenarios/random.ts';
import { answerOf, type CheckAnswer, decide } from '../gate/decide.ts';
import type { Gate, GateTrials } from '../gate/gate.ts';
import { levelOf, looksOf } from '../gate/looks.ts';

/** How the trials of a check scatter, and what is really different. */
export interface World {
  readonly gates: number;
  /** Standard deviation of the logarithm of one trial, stalls aside. */
  readonly spread: number;
  /** Share of trials that a stall of the machine makes up to five times as bad, in all of its gates. */
  readonly stalls: number;
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

/** Runs one check on made-up trials, by the rule that `check` uses, looks included. */
export function simulateCheck(world: World, seed: number): SimulatedCheck {
  const random = randomFrom('simulated check', seed);
  const trials = drawTrials(world, random);
  const looks = looksOf(world.blocks);
  const level = levelOf(looks);
  for (const blocks of looks) {
    const seen = trials.map(({ gate, baseline, candidate }) => {
      return { gate, baseline: baseline.slice(0, blocks), candidate: candidate.slice(0, blocks) };
    });
    const answer = answerOf(decide(seen, level), []);
    if (answer !== 'inconclusive') return { answer, blocks };
  }
  return { answer: 'inconclusive', blocks: world.blocks };
}

function drawTrials(world: World, random: Random): GateTrials[] {
  const { gates, blocks, drift } = world;
  const trials = Array.from({ length: gates }, (_, index) => {
    return { gate: gateOf(world, index), baseline: [] as number[], candidate: [] as number[] };
  });
  let wandering = 0;
  for (let block = 0; block < blocks; block += 1) {
    // The machine wanders between blocks, and drifts within one: whichever side comes second meets the later state.
    wandering += 0.05 * normal(random);
    const candidateFirst = random() < 0.5;
    for (const side of candidateFirst
      ? (['candidate', 'baseline'] as const)
      : (['baseline', 'candidate'] as const)) {
      wandering += drift / (2 * blocks);
      const stall = random() < world.stalls ? Math.log(1 + 4 * random()) : 0;
      const shared = normal(random);
      for (const [index, trial] of trials.entries()) {
        const own = (shared + heavyTailed(random)) * world.spread * Math.SQRT1_2;
        const change = side === 'candidate' ? world.ratio(index) : 1;
        trial[side].push(1_000 * change * Math.exp(wandering + stall + own));
      }
    }
  }
  return trials;
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

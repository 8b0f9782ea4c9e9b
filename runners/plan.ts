import { randomFrom, shuffled } from '../scenarios/random.ts';
import type { Scenario } from '../scenarios/schema.ts';
import type { ServerSpec, Transport } from '../servers/contract.ts';

/** One thing to compare: a scenario on a transport of a server. */
export interface Arm {
  readonly scenario: Scenario;
  readonly transport: Transport;
  readonly server: ServerSpec;
}

/** One trial that is to be run. */
export interface PlannedTrial extends Arm {
  readonly block: number;
  /** Position in the whole run, from 0. */
  readonly order: number;
  /** Seed of due times and phases: the same for every transport of a block, so that they meet the same load. */
  readonly seed: number;
}

/** What to compare, how often. */
export interface Comparison {
  readonly scenarios: readonly Scenario[];
  readonly transports: readonly Transport[];
  readonly servers: readonly ServerSpec[];
  /** Trials of each arm. */
  readonly trials: number;
  readonly seed: number;
}

/**
 * The order of a run: every block runs every arm once, in an order shuffled by the seed, so that
 * a drift of the machine meets all arms alike. Pure: the same comparison gives the same plan.
 */
export function planTrials(comparison: Comparison): PlannedTrial[] {
  return Array.from({ length: comparison.trials }, (_, block) => planBlock(comparison, block, 0)).flat();
}

/**
 * One block. Measured again, it meets the same load in an order that is drawn anew.
 *
 * @param repeat how often the block was measured before.
 */
export function planBlock(
  { scenarios, transports, servers, seed }: Comparison,
  block: number,
  repeat: number,
): PlannedTrial[] {
  const arms: Arm[] = scenarios.flatMap((scenario) =>
    servers.flatMap((server) => transports.map((transport) => ({ scenario, transport, server }))),
  );
  const random = randomFrom(seed, 'order', block, ...(repeat === 0 ? [] : ['repeat', repeat]));
  return shuffled(arms, random).map((arm, place) => ({
    ...arm,
    block,
    order: block * arms.length + place,
    seed: trialSeed(seed, block, arm.scenario.name),
  }));
}

/** Longest time that a trial takes when all goes well, in milliseconds: its phases and its processes. */
export function trialMs({ phases, connections }: Scenario): number {
  return PROCESSES_MS + connections / 5 + phases.warmupMs + phases.measureMs + phases.drainMs;
}

/** Starting and ending server, publisher and workers, as seen on two cores. */
const PROCESSES_MS = 900;

function trialSeed(seed: number, block: number, scenario: string): number {
  return Math.floor(randomFrom(seed, 'trial', block, scenario)() * 0x1_0000_0000);
}

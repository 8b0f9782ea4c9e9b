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
export function planTrials({ scenarios, transports, servers, trials, seed }: Comparison): PlannedTrial[] {
  const arms: Arm[] = scenarios.flatMap((scenario) =>
    servers.flatMap((server) => transports.map((transport) => ({ scenario, transport, server }))),
  );
  const plan: Omit<PlannedTrial, 'order'>[] = [];
  for (let block = 0; block < trials; block += 1) {
    for (const arm of shuffled(arms, randomFrom(seed, 'order', block))) {
      plan.push({ ...arm, block, seed: trialSeed(seed, block, arm.scenario.name) });
    }
  }
  return plan.map((trial, order) => ({ ...trial, order }));
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

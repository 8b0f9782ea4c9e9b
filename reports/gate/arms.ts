import type { Scenario } from '../../scenarios/schema.ts';
import { TRANSPORTS, type Transport } from '../../servers/contract.ts';
import { formatCount } from '../format.ts';
import type { Trial } from '../results/schema.ts';

/** The trials of baseline and candidate for one scenario on one transport. */
export interface ArmPair {
  readonly scenario: Scenario;
  readonly transport: Transport;
  /** In the order of blocks, as of the candidate. */
  readonly baseline: readonly Trial[];
  readonly candidate: readonly Trial[];
}

/** Puts the trials of the two sides beside each other, whatever is missing; by name, since their order is drawn. */
export function pairArms(baseline: readonly Trial[], candidate: readonly Trial[]): ArmPair[] {
  const pairs = new Map<string, { scenario: Scenario; transport: Transport; sides: [Trial[], Trial[]] }>();
  for (const [side, trials] of [baseline, candidate].entries()) {
    for (const trial of trials) {
      const { scenario, transport } = trial;
      const key = `${transport} ${scenario.name}`;
      const pair = pairs.get(key) ?? { scenario, transport, sides: [[], []] };
      pairs.set(key, pair);
      pair.sides[side]?.push(trial);
    }
  }
  const arms = [...pairs.values()].map(({ sides: [left, right], ...names }) => {
    return { ...names, baseline: left.sort(byBlock), candidate: right.sort(byBlock) };
  });
  return arms.sort(byName);
}

/**
 * What keeps a pair from being ground for any answer: a side without trials, or one that failed, is
 * invalid, or was skipped. Each once, in words.
 */
export function problemsOf({ scenario, transport, baseline, candidate }: ArmPair): string[] {
  const arm = `${scenario.name} · ${transport}`;
  const sides = [
    ['baseline', baseline],
    ['candidate', candidate],
  ] as const;
  const problems = sides.flatMap(([side, trials]) => {
    if (trials.length === 0) return [`${arm}: there is no trial of the ${side}`];
    return counted(trials.flatMap(problemOf)).map((problem) => `${arm}: ${side}: ${problem}`);
  });
  if (problems.length > 0 || sameBlocks(baseline, candidate)) return problems;
  return [`${arm}: baseline and candidate were not measured in the same blocks`];
}

function problemOf({ outcome }: Trial): string[] {
  switch (outcome.status) {
    case 'failed':
      return [`failed at the stage "${outcome.stage}" (${outcome.reason})`];
    case 'skipped':
      return [`skipped (${outcome.reason})`];
    case 'completed':
      if (outcome.validity !== 'invalid') return [];
      return [
        `invalid (${outcome.warnings
          .filter(({ level }) => level === 'invalid')
          .map(({ code, message }) => `${code}: ${message}`)
          .join('; ')})`,
      ];
  }
}

/** Each problem once; of the several that differ only in their numbers, no more than three. */
function counted(problems: readonly string[]): string[] {
  const kinds = [...new Set(problems)];
  const more = kinds.length > 3 ? [`and ${formatCount(kinds.length - 3, 'further problem')}`] : [];
  return [...kinds.slice(0, 3), ...more];
}

function sameBlocks(left: readonly Trial[], right: readonly Trial[]): boolean {
  return left.length === right.length && left.every(({ block }, index) => block === right[index]?.block);
}

function byName(left: ArmPair, right: ArmPair): number {
  const order = left.scenario.name.localeCompare(right.scenario.name, 'en');
  return order || TRANSPORTS.indexOf(left.transport) - TRANSPORTS.indexOf(right.transport);
}

function byBlock(left: Trial, right: Trial): number {
  return left.block - right.block;
}

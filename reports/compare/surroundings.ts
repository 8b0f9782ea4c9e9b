import { formatCount, formatNumber } from '../format.ts';
import type { Environment, Results } from '../results/schema.ts';

/** Memory that differs by less is the same machine: what a kernel keeps for itself varies. */
const SAME_MEMORY = 0.02;

/**
 * In what the machine and the software of two runs differ. Times, CPU and memory then differ for that
 * reason too; bytes and counts mostly do not.
 *
 * @returns one phrase each, such as `2 cores → 4 cores`; none where nothing is known to differ.
 */
export function surroundingsChanged(before: Results, after: Results): string[] {
  const [left, right] = [before.environment, after.environment];
  const versions = new Set([...Object.keys(before.versions), ...Object.keys(after.versions)]);
  return [
    ...TRAITS.flatMap(({ of, same }) => (same(left, right) ? [] : [`${of(left)} → ${of(right)}`])),
    ...change('wirebench', before.tool.version, after.tool.version),
    ...[...versions]
      .filter((name) => name !== 'node' && name !== 'wirebench')
      .flatMap((name) => change(name, before.versions[name], after.versions[name])),
  ];
}

interface Trait {
  readonly of: (environment: Environment) => string;
  readonly same: (left: Environment, right: Environment) => boolean;
}

function trait(of: (environment: Environment) => string): Trait {
  return { of, same: (left, right) => of(left) === of(right) };
}

const TRAITS: readonly Trait[] = [
  trait(({ cpuModel }) => cpuModel),
  trait(({ cores }) => formatCount(cores, 'core')),
  {
    of: ({ memoryBytes }) => `${formatNumber(memoryBytes / 2 ** 30)} GiB`,
    same: (left, right) =>
      Math.abs(left.memoryBytes - right.memoryBytes) <=
      SAME_MEMORY * Math.max(left.memoryBytes, right.memoryBytes),
  },
  trait(({ platform, kernel }) => `${platform} ${kernel}`),
  trait(({ node }) => `Node ${node}`),
];

function change(name: string, from: string | undefined, to: string | undefined): string[] {
  return from === to ? [] : [`${name} ${from ?? 'unknown'} → ${to ?? 'unknown'}`];
}

import { createHash } from 'node:crypto';
import type { Scenario } from '../../scenarios/schema.ts';
import type { Transport } from '../../servers/contract.ts';

/**
 * What a scenario asks of one transport, and nothing else: two runs may be compared where this is
 * the same. Left out are the words (`name`, `question`), the judgement (`allow`, which changes what is
 * called valid and no number), and what other transports are told. Everything else belongs to it,
 * also what later versions add: a field with a default is filled in when an older file is read.
 */
export function askedOf(scenario: Scenario, transport: Transport): unknown {
  const { name: _, question: __, allow: ___, tuning, ...load } = scenario;
  return { ...load, tuning: tuning[transport] };
}

/** SHA-256 over {@link askedOf} as JSON with sorted keys, in hexadecimal. */
export function askedHash(scenario: Scenario, transport: Transport): string {
  return createHash('sha256')
    .update(canonical(askedOf(scenario, transport)))
    .digest('hex');
}

/** The fields in which two scenarios ask for something else, as `connections 100 → 200`. */
export function askedDifferences(before: Scenario, after: Scenario, transport: Transport): string[] {
  const [left, right] = [before, after].map((scenario) => new Map(leaves(askedOf(scenario, transport))));
  const fields = new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])]);
  return [...fields].flatMap((field) => {
    const [from, to] = [left?.get(field) ?? 'nothing', right?.get(field) ?? 'nothing'];
    return from === to ? [] : [`${field} ${from} → ${to}`];
  });
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner) ? Object.fromEntries(Object.entries(inner).sort(byName)) : inner,
  );
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}

/** Every value that is not an object, by its path; an empty object or list is a value. */
function leaves(value: unknown, path = ''): [string, string][] {
  const inner = isRecord(value) || Array.isArray(value) ? Object.entries(value) : [];
  if (inner.length === 0) return [[path, JSON.stringify(value)]];
  return inner.flatMap(([key, below]) => leaves(below, path === '' ? key : `${path}.${key}`));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

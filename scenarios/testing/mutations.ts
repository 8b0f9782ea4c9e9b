import fc from 'fast-check';

/** One change that a hand makes in a file of JSON: where, what kind, and which of the values or names below. */
export type Mutation = readonly [where: number, kind: number, choice: number];

/** One to three changes. */
export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), {
  minLength: 1,
  maxLength: 3,
});

/** Stand for what JSON.parse can read and JSON.stringify cannot write. */
const BEYOND = { '@infinity': '1e999', '@deep': `${'['.repeat(500)}${']'.repeat(500)}` };

const VALUES: readonly unknown[] = [
  ...[null, true, 0, -1, 1, 1.5, 2 ** 31, 2 ** 53, 1e300, -1e-300, '@infinity'],
  ...['', 'x', 'completed', 'push', '\n\u0000\u2028', 'x'.repeat(11_000), '@deep'],
  ...[[], {}, [1], [[]], { kind: 'idle' }, { rooms: 1 }, { status: 'skipped' }],
];

const NAMES = [
  'extra',
  '__proto__',
  'constructor',
  'toString',
  '',
  'a\nb',
  '\u2028',
  'kind',
  'x'.repeat(11_000),
];

type Path = readonly (string | number)[];

/** The paths of everything in a value of JSON, its own first. */
export function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Array.isArray(value)
    ? value.flatMap((entry, index) => pathsOf(entry, [...path, index]))
    : Object.entries(value).flatMap(([key, entry]) => pathsOf(entry, [...path, key]));
  return [path, ...inside];
}

/** The text of `value` after some changes; `paths` are those of the value. */
export function mutatedText(value: unknown, paths: readonly Path[], changes: readonly Mutation[]): string {
  const mutated = changes.reduce<unknown>((current, [where, kind, choice]) => {
    const path = paths[where % paths.length] ?? [];
    const another = VALUES[choice % VALUES.length];
    switch (kind % 4) {
      case 0:
        return changed(current, path, undefined);
      case 1:
        return changed(current, [...path, NAMES[choice % NAMES.length] ?? ''], kind);
      default:
        return changed(current, path, another);
    }
  }, value);
  const text = JSON.stringify(mutated) ?? '';
  return Object.entries(BEYOND).reduce((all, [name, written]) => all.replaceAll(`"${name}"`, written), text);
}

/** A copy of `value` with something else at `path`, or with nothing there; the same where the path leads nowhere. */
export function changed(value: unknown, path: Path, to: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return to;
  if (Array.isArray(value)) {
    if (typeof key !== 'number' || key >= value.length) return value;
    return to === undefined && rest.length === 0
      ? value.toSpliced(key, 1)
      : value.with(key, changed(value[key], rest, to));
  }
  if (typeof value !== 'object' || value === null) return value;
  const inside = Object.getOwnPropertyDescriptor(value, key)?.value;
  if (inside === undefined && rest.length > 0) return value;
  // A computed key makes an own property of "__proto__" too.
  return { ...value, [key]: changed(inside, rest, to) };
}

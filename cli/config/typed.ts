import { UsageError } from '../exit.ts';
import { originName, type Resolved } from './resolve.ts';
import { valueProblem } from './schema.ts';

/**
 * Refuses what flags or environment say and a config file could not: what no command would take. A value that
 * only some of the commands take is for them to refuse.
 *
 * @param resolved the settings of all commands.
 * @throws UsageError that names the flag or variable.
 */
export function checkTyped(resolved: readonly Resolved[]): void {
  const problems = new Map<string, string | null>();
  for (const each of resolved) {
    if (each.origin.kind !== 'flag' && each.origin.kind !== 'env') continue;
    const name = originName(each);
    if (problems.get(name) !== null) problems.set(name, problemOf(each));
  }
  for (const [name, problem] of problems) {
    if (problem !== null) throw new UsageError(`${name} ${problem}`);
  }
}

function problemOf({ setting, value }: Resolved): string | null {
  if (typeof value !== 'object') return anyKey(setting.keys, wordsOf(value));
  const words = setting.flag === 'transports' ? value.flatMap((text) => text.split(',')) : value;
  const problems = words.map((word) => anyKey(setting.keys, [[word.trim()]]));
  return problems.find((problem) => problem !== null) ?? null;
}

/** A text as a file may have it: a number where it is one, or a text. */
function wordsOf(value: string | boolean | undefined): readonly unknown[] {
  const isNumber = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  return isNumber ? [Number(value), value] : [value];
}

/** What is wrong with a value that may be at any of these keys, in any of these forms; `null` if one is right. */
function anyKey(keys: readonly string[], forms: readonly unknown[]): string | null {
  const problems = keys.flatMap((key) => forms.map((form) => valueProblem(key, form)));
  if (problems.includes(null)) return null;
  return (problems.find((problem) => problem?.isOfKind === false) ?? problems[0])?.message ?? null;
}

import type { z } from 'zod';
import { isObject, knownKeys } from './json-schema.ts';
import { suggest } from './nearest.ts';
import { type Scenario, scenarioSchema } from './schema.ts';

/** One thing that is wrong with a scenario. */
export interface ScenarioProblem {
  /** The field, as in `workload.schedule.perSecond`; empty for the scenario itself. */
  readonly field: string;
  /** What is wrong and what would be right; the field's name goes before it. */
  readonly message: string;
}

/** A scenario that cannot be run, with all that is wrong with it. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  readonly code = 'SCENARIO';

  /** What people know the scenario by: a file or a flag. */
  readonly where: string;
  /** One or more; the message has a line for each. */
  readonly problems: readonly ScenarioProblem[];

  constructor(where: string, problems: readonly ScenarioProblem[]) {
    super(
      problems
        .map(({ field, message }) => [`${where}:`, field, message].filter(Boolean).join(' '))
        .join('\n'),
    );
    this.where = where;
    this.problems = problems;
  }
}

/**
 * The one way into the program for a scenario: fills in the defaults and checks everything.
 *
 * @param where what people know the scenario by, named in every message.
 * @throws ScenarioError with every problem found.
 */
export function parseScenario(value: unknown, where: string): Scenario {
  const parsed = scenarioSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.flatMap((issue) => explain(issue, value, []));
  throw new ScenarioError(where, problems);
}

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** An issue's path is relative to the union branch that it comes from: `above` is that branch's. */
function explain(issue: Issue, scenario: unknown, above: Path): ScenarioProblem[] {
  const path = [...above, ...issue.path];
  const field = path.map(String).join('.');
  const found = valueAt(scenario, path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(key, scenario, path));
    case 'invalid_union':
      return issue.errors.length === 0
        ? wrongKind(issue, scenario, path)
        : wrongBranch(issue.errors, scenario, path);
    case 'invalid_value':
      return [{ field, message: notOneOf(found, issue.values.map(String)) }];
    case 'invalid_type':
      return [{ field, message: found === undefined ? missing(issue.expected) : wrongType(issue, found) }];
    case 'too_small':
    case 'too_big':
      return [{ field, message: `${bound(issue)}, not ${show(found)}` }];
    default:
      // Patterns and rules between fields bring their own words (see schema.ts).
      return [{ field, message: issue.message }];
  }
}

function unknownKey(key: string, scenario: unknown, path: Path): ScenarioProblem {
  const known = knownKeys(scenario, path);
  const remedy = known.length > 0 ? suggest(key, known) : 'nothing is set here; remove it';
  return { field: [...path, key].map(String).join('.'), message: `is not a known key; ${remedy}` };
}

/** A union that is told apart by its `kind`, which is absent or unknown. */
function wrongKind(issue: Issue, scenario: unknown, path: Path): ScenarioProblem[] {
  const kinds = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
  const problem = { field: path.map(String).join('.'), message: notOneOf(valueAt(scenario, path), kinds) };
  const holder = valueAt(scenario, path.slice(0, -1));
  // Which branch was meant is unknown, so only keys that no branch has are wrong for sure.
  const known = knownKeys(scenario, path.slice(0, -1));
  const strange = isObject(holder) ? Object.keys(holder).filter((key) => !known.includes(key)) : [];
  return [problem, ...strange.map((key) => unknownKey(key, scenario, path.slice(0, -1)))];
}

/** A union of a word and an object: an object is held against the branch that takes one. */
function wrongBranch(
  errors: readonly (readonly Issue[])[],
  scenario: unknown,
  path: Path,
): ScenarioProblem[] {
  const found = valueAt(scenario, path);
  const objects = errors.filter((issues) => issues.every((issue) => !isWholeValue(issue)));
  const [branch] = isObject(found) ? objects : [];
  if (branch !== undefined) return branch.flatMap((issue) => explain(issue, scenario, path));
  const words = errors.flatMap(([issue]) =>
    issue?.code === 'invalid_value' ? issue.values.map(String) : [],
  );
  const keys = knownKeys(scenario, path);
  const message = `must be ${words.map((word) => `"${word}"`).join(', ')} or an object with ${keys.join(', ')}, not ${show(found)}`;
  return [{ field: path.map(String).join('.'), message }];
}

/** True if a branch refuses the value as a whole, not something in it. */
function isWholeValue(issue: Issue): boolean {
  return issue.path.length === 0 && (issue.code === 'invalid_value' || issue.code === 'invalid_type');
}

function notOneOf(found: unknown, words: readonly string[]): string {
  if (found === undefined) return `is missing; it must be one of ${words.join(', ')}`;
  if (typeof found !== 'string') return `must be one of ${words.join(', ')}, not ${show(found)}`;
  return `cannot be ${show(found)}; ${suggest(found, words)}`;
}

function missing(expected: string): string {
  return `is missing; it must be ${withArticle(expected)}`;
}

function wrongType({ expected }: { readonly expected: string }, found: unknown): string {
  return `must be ${withArticle(expected)}, not ${show(found)}`;
}

function withArticle(type: string): string {
  if (type === 'int') return 'a whole number';
  if (type === 'record') return 'an object';
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function bound(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const unit = issue.origin === 'string' ? ' characters long' : '';
  if (issue.code === 'too_small') {
    return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit}`;
  }
  return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, key) => (isObject(at) ? at[String(key)] : undefined), value);
}

/** A value as it was written, cut to what a message can hold. */
function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

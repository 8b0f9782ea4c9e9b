import type { z } from 'zod';
import { inputJsonSchema, isObject, type JsonSchema, knownKeys, valueAt } from './json-schema.ts';
import { suggest } from './nearest.ts';

/** One thing that is wrong with a value that was read from a file. */
export interface FieldProblem {
  /** The field, as in `workload.schedule.perSecond` or `trials[3].server`; empty for the value itself. */
  readonly field: string;
  /** What is wrong and what would be right; the field's name goes before it. */
  readonly message: string;
}

/** Says what is wrong with a value, from what the schema found. There is at least one problem. */
export type Explain = (error: z.ZodError, value: unknown) => readonly FieldProblem[];

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Puts what a schema finds into plain words: what is wrong, what was found, and what was probably meant. */
export function explainerOf(schema: z.ZodType): Explain {
  // Made when there is an error: a schema takes some milliseconds to turn into the other kind.
  let jsonSchema: JsonSchema | null = null;
  return (error, value) => {
    jsonSchema ??= inputJsonSchema(schema);
    const explanation = new Explanation(jsonSchema, value);
    return error.issues.flatMap((issue) => explanation.of(issue, []));
  };
}

/** The explanation of one value's issues. */
class Explanation {
  readonly #schema: JsonSchema;
  readonly #value: unknown;

  constructor(schema: JsonSchema, value: unknown) {
    this.#schema = schema;
    this.#value = value;
  }

  /** An issue's path is relative to the union branch that it comes from: `above` is that branch's. */
  of(issue: Issue, above: Path): FieldProblem[] {
    const path = [...above, ...issue.path];
    const field = fieldName(path);
    const found = valueAt(this.#value, path);
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) => this.#unknownKey(key, path));
      case 'invalid_union':
        return issue.errors.length === 0
          ? this.#wrongKind(issue, path)
          : this.#wrongBranch(issue.errors, path);
      case 'invalid_value':
        return [{ field, message: notOneOf(found, issue.values.map(String)) }];
      case 'invalid_type':
        return [{ field, message: found === undefined ? missing(issue.expected) : wrongType(issue, found) }];
      case 'invalid_key':
        return [
          { field, message: `cannot be a key: ${issue.issues.map(({ message }) => message).join('; ')}` },
        ];
      case 'too_small':
      case 'too_big':
        return [{ field, message: `${bound(issue)}, not ${show(found)}` }];
      default:
        // Patterns and rules between fields bring their own words (see schema.ts).
        return [{ field, message: issue.message }];
    }
  }

  #unknownKey(key: string, path: Path): FieldProblem {
    const known = knownKeys(this.#schema, this.#value, path);
    const remedy = known.length > 0 ? suggest(key, known) : 'nothing is set here; remove it';
    return { field: fieldName([...path, key]), message: `is not a known key; ${remedy}` };
  }

  /** A union that is told apart by a key such as its `kind`, which is absent or unknown. */
  #wrongKind(issue: Issue, path: Path): FieldProblem[] {
    const kinds = 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];
    const problem = { field: fieldName(path), message: notOneOf(valueAt(this.#value, path), kinds) };
    const holder = valueAt(this.#value, path.slice(0, -1));
    // Which branch was meant is unknown, so only keys that no branch has are wrong for sure.
    const known = knownKeys(this.#schema, this.#value, path.slice(0, -1));
    const strange = isObject(holder) ? Object.keys(holder).filter((key) => !known.includes(key)) : [];
    return [problem, ...strange.map((key) => this.#unknownKey(key, path.slice(0, -1)))];
  }

  /** A union of a word and an object: an object is held against the branch that takes one. */
  #wrongBranch(errors: readonly (readonly Issue[])[], path: Path): FieldProblem[] {
    const found = valueAt(this.#value, path);
    const objects = errors.filter((issues) => issues.every((issue) => !isWholeValue(issue)));
    const [branch] = isObject(found) ? objects : [];
    if (branch !== undefined) return branch.flatMap((issue) => this.of(issue, path));
    const words = errors.flatMap(([issue]) =>
      issue?.code === 'invalid_value' ? issue.values.map(String) : [],
    );
    const keys = knownKeys(this.#schema, this.#value, path);
    const object = keys.length === 0 ? 'an object' : `an object with ${keys.join(', ')}`;
    const message = `must be ${words.map((word) => `"${word}"`).join(', ')} or ${object}, not ${show(found)}`;
    return [{ field: fieldName(path), message }];
  }
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
  return `is missing; it must be ${named(expected)}`;
}

function wrongType({ expected }: { readonly expected: string }, found: unknown): string {
  return `must be ${named(expected)}, not ${show(found)}`;
}

/** What people call the types of a schema. */
const TYPES: Readonly<Record<string, string>> = {
  int: 'a whole number',
  string: 'a text',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function named(type: string): string {
  return TYPES[type] ?? `a ${type}`;
}

/** What the bounds of each kind of value count. */
const COUNTED: Readonly<Record<string, string>> = { string: ' characters long', array: ' entries long' };

function bound(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const unit = COUNTED[issue.origin] ?? '';
  if (issue.code === 'too_small') {
    return `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit}`;
  }
  return `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit}`;
}

/** A path as people write it: `trials[3].server`. A key that is no plain word stands in quotes. */
export function fieldName(path: Path): string {
  return path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      return /^[$\w-]{1,60}$/.test(String(key)) ? `.${String(key)}` : `[${show(String(key))}]`;
    })
    .join('')
    .replace(/^\./, '');
}

/** A value as it was written, in one line, cut to what a message can hold. */
export function show(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value);
  // What else a terminal takes for a control character or the end of a line.
  const line = text.replaceAll(/[\x7f-\x9f\u2028\u2029]/g, '\ufffd');
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

import { z } from 'zod';
import { scenarioSchema } from './schema.ts';

/** A JSON Schema (2020-12), as zod makes it. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema of what a schema takes: what has a default may be left out. */
export function inputJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input' });
}

/** The text of the published `scenarios/scenario.schema.json`, which `npm run schema` writes. */
export function scenarioSchemaFile(): string {
  return `${JSON.stringify(inputJsonSchema(scenarioSchema), null, 2)}\n`;
}

/**
 * The keys that an object may have at `path`. Of a union's branches, those whose constants agree
 * with the value found there; all of them where none agrees.
 *
 * @param value what is being checked against the schema, to tell the branches apart.
 */
export function knownKeys(schema: JsonSchema, value: unknown, path: readonly PropertyKey[]): string[] {
  let schemas = branches(schema, value);
  let inside = value;
  for (const key of path) {
    inside = valueAt(inside, [key]);
    schemas = schemas.flatMap(({ items, properties }) =>
      branches(typeof key === 'number' ? items : properties?.[String(key)], inside),
    );
  }
  return [...new Set(schemas.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

type Branch = JsonSchema | boolean | readonly (JsonSchema | boolean)[] | undefined;

/** JSON Schema's `true` and `false`, and a key that is not there, have no keys to offer. */
function branches(schema: Branch, value: unknown): JsonSchema[] {
  if (typeof schema !== 'object' || isList(schema)) return [];
  const union = schema.oneOf ?? schema.anyOf;
  if (union === undefined) return [schema];
  const all = union.filter((branch) => typeof branch === 'object');
  const agreeing = all.filter((branch) => {
    const constants = constantsOf(branch);
    return constants.length > 0 && constants.every(([key, constant]) => valueAt(value, [key]) === constant);
  });
  return agreeing.length > 0 ? agreeing : all;
}

/** `Array.isArray`, which does not know readonly arrays. */
function isList(value: object): value is readonly unknown[] {
  return Array.isArray(value);
}

/** What tells a branch from others, such as its `kind`. */
function constantsOf({ properties = {} }: JsonSchema): [string, unknown][] {
  return Object.entries(properties).flatMap(([key, property]) =>
    typeof property === 'object' && property.const !== undefined ? [[key, property.const]] : [],
  );
}

/** What is found at `path` in a value of JSON; `undefined` where there is nothing. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined,
    value,
  );
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

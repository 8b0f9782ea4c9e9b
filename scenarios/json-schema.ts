import { z } from 'zod';
import { scenarioSchema } from './schema.ts';

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON Schema (2020-12) of a scenario as people write it: what has a default may be left out. */
export function scenarioJsonSchema(): JsonSchema {
  return z.toJSONSchema(scenarioSchema, { io: 'input' });
}

/** The text of the published `scenarios/scenario.schema.json`, which `npm run schema` writes. */
export function scenarioSchemaFile(): string {
  return `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`;
}

/**
 * The keys that a scenario may have at `path`. Of a union's branches, those that agree with the
 * discriminating `kind` of the value found there; all of them where none agrees.
 *
 * @param scenario the value that is being checked, to tell the branches apart.
 */
export function knownKeys(scenario: unknown, path: readonly PropertyKey[]): string[] {
  let schemas = branches(scenarioJsonSchema(), scenario);
  let value = scenario;
  for (const key of path) {
    value = isObject(value) ? value[String(key)] : undefined;
    schemas = schemas.flatMap((schema) => branches(schema.properties?.[String(key)], value));
  }
  return [...new Set(schemas.flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

/** JSON Schema's `true` and `false`, and a key that is not there, have no keys to offer. */
function branches(schema: JsonSchema | boolean | undefined, value: unknown): JsonSchema[] {
  if (typeof schema !== 'object') return [];
  const union = schema.oneOf ?? schema.anyOf;
  if (union === undefined) return [schema];
  const all = union.filter((branch) => typeof branch === 'object');
  const agreeing = all.filter((branch) => kindOf(branch) !== undefined && kindOf(branch) === kindIn(value));
  return agreeing.length > 0 ? agreeing : all;
}

function kindOf(branch: JsonSchema): unknown {
  const kind = branch.properties?.['kind'];
  return typeof kind === 'object' ? kind.const : undefined;
}

function kindIn(value: unknown): unknown {
  return isObject(value) ? value['kind'] : undefined;
}

/** True for what JSON calls an object. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

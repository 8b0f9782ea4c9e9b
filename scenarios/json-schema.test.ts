import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { inputJsonSchema, knownKeys, scenarioSchemaFile } from './json-schema.ts';
import { scenarioSchema } from './schema.ts';

describe('scenario.schema.json', () => {
  it('is what the schema says; otherwise run `npm run schema`', () => {
    const published = readFileSync(new URL('../../scenarios/scenario.schema.json', import.meta.url), 'utf8');
    expect(published).toBe(scenarioSchemaFile());
  });
});

describe('knownKeys', () => {
  const schema = inputJsonSchema(scenarioSchema);
  const scenario = {
    workload: { kind: 'push', schedule: { kind: 'ramp' } },
    link: { events: [{ kind: 'stall' }] },
  };

  it.each([
    [
      ['workload', 'schedule'],
      ['kind', 'fromPerSecond', 'toPerSecond', 'overMs'],
    ],
    [['tuning'], ['polling', 'long-polling', 'sse', 'websocket']],
    [
      ['link', 'events', 0],
      ['kind', 'atMs', 'forMs'],
    ],
    [['nowhere'], []],
    [['constructor', '__proto__'], []],
  ])('at %j', (path, expected) => {
    expect(knownKeys(schema, scenario, path)).toEqual(expected);
  });

  it('offers the keys of all branches where the kind tells nothing', () => {
    expect(knownKeys(schema, { workload: { kind: 'no' } }, ['workload'])).toEqual([
      'kind',
      'origin',
      'audience',
      'payloadBytes',
      'content',
      'schedule',
      'reuse',
    ]);
  });
});

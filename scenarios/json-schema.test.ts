import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { knownKeys, scenarioSchemaFile } from './json-schema.ts';

describe('scenario.schema.json', () => {
  it('is what the schema says; otherwise run `npm run schema`', () => {
    const published = readFileSync(new URL('../../scenarios/scenario.schema.json', import.meta.url), 'utf8');
    expect(published).toBe(scenarioSchemaFile());
  });
});

describe('knownKeys', () => {
  const scenario = { workload: { kind: 'push', schedule: { kind: 'ramp' } } };

  it.each([
    [
      ['workload', 'schedule'],
      ['kind', 'fromPerSecond', 'toPerSecond', 'overMs'],
    ],
    [['tuning'], ['polling', 'long-polling', 'sse', 'websocket']],
    [['nowhere'], []],
  ])('at %j', (path, expected) => {
    expect(knownKeys(scenario, path)).toEqual(expected);
  });

  it('offers the keys of all branches where the kind tells nothing', () => {
    expect(knownKeys({ workload: { kind: 'no' } }, ['workload'])).toEqual([
      'kind',
      'origin',
      'audience',
      'payloadBytes',
      'schedule',
      'reuse',
    ]);
  });
});

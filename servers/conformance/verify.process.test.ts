import { describe, expect, test } from 'vitest';
import { type ServerSpec, TRANSPORTS, type Transport } from '../contract.ts';
import { startReferenceServer } from '../reference/server.ts';
import { referenceServer } from '../reference/spec.ts';
import type { RuleResult } from './rule.ts';
import { RULES } from './suite.ts';
import { startFaulty } from './testing/fault.ts';
import { FAULTS } from './testing/faults.ts';
import { SUITE_WITHIN_MS, type VerifyOptions, verify } from './verify.ts';

async function verified(spec: ServerSpec, options?: VerifyOptions): Promise<RuleResult[]> {
  const results: RuleResult[] = [];
  for await (const result of verify(spec, options)) results.push(result);
  return results;
}

const running = (port: number, transports: readonly Transport[] = TRANSPORTS): ServerSpec => ({
  name: 'running',
  url: `http://127.0.0.1:${port}`,
  transports,
});

const idsOf = (results: readonly RuleResult[], kind: RuleResult['outcome']['kind']) =>
  results.filter(({ outcome }) => outcome.kind === kind).map(({ id }) => id);

const script = (code: string): ServerSpec => ({
  name: 'script',
  command: [process.execPath, '-e', code],
  cwd: process.cwd(),
  env: {},
});

test('the reference server keeps every rule', async () => {
  const results = await verified(referenceServer());
  expect(results.filter(({ outcome }) => outcome.kind !== 'passed')).toEqual([]);
  expect(results.map(({ id }) => id)).toEqual([
    'ready-line',
    ...RULES.map(({ id }) => id),
    'ends-on-sigterm',
  ]);
});

test('rule ids are kebab-case and unique', () => {
  const ids = RULES.map(({ id }) => id);
  expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
});

test.concurrent.each(TRANSPORTS)('a server that has only %s is asked for nothing else', async (transport) => {
  const server = await startReferenceServer({ transports: [transport] });
  const results = await verified(running(server.port, [transport]), { only: SHALLOW });
  await server.close();
  const skipped = RULES.filter(
    ({ id, needs }) => SHALLOW.includes(id) && needs.some((need) => need !== transport),
  );
  expect(idsOf(results, 'failed')).toEqual([]);
  expect(idsOf(results, 'skipped')).toEqual([
    'ready-line',
    ...skipped.map(({ id }) => id),
    'ends-on-sigterm',
  ]);
});

/** Filling a log 20 times would take most of the time of this test. */
const SHALLOW = RULES.map(({ id }) => id).filter((id) => !id.endsWith('-log'));

describe.concurrent('a planted fault is found by its rule, and by no other', () => {
  test.each(FAULTS)('$name', async (fault) => {
    const server = await startFaulty(fault);
    const deep = fault.breaks.some((id) => id.endsWith('-log'));
    const results = await verified(running(server.port), deep ? {} : { only: SHALLOW });
    await server.close();
    expect(new Set(idsOf(results, 'failed'))).toEqual(new Set(fault.breaks));
    for (const { outcome } of results)
      if (outcome.kind === 'failed') expect(outcome.evidence).not.toEqual([]);
  });
});

describe.concurrent('a server that does not come up, go or answer', () => {
  test.each([
    [
      'exits at once',
      'console.error("no such database"); process.exit(3)',
      'exited with code 3',
      'no such database',
    ],
    [
      'prints a malformed ready line',
      'console.log("wirebench-ready 8080"); setInterval(() => {}, 1e3)',
      'contract',
      '8080',
    ],
  ])('%s', async (_, code, reason, evidence) => {
    const [ready, ...rest] = await verified(script(code));
    expect(ready?.id).toBe('ready-line');
    expect(ready?.outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining(reason) });
    expect(JSON.stringify(ready?.outcome)).toContain(evidence);
    expect(idsOf(rest, 'skipped')).toHaveLength(RULES.length + 1);
  });

  test('never becomes ready', async () => {
    const [ready] = await verified(script('setInterval(() => {}, 1e3)'));
    expect(ready?.outcome).toMatchObject({
      kind: 'failed',
      reason: expect.stringContaining('no ready line'),
    });
  });

  test('ignores SIGTERM', async () => {
    const results = await verified(
      script(`
        process.on('SIGTERM', () => {});
        const server = require('node:http').createServer((request, response) => response.writeHead(404).end());
        server.listen(0, '127.0.0.1', () => console.log('wirebench-ready ' + JSON.stringify(
          { contract: 1, port: server.address().port, transports: ['polling'] })));
      `),
      { only: ['unknown-route', 'stats'] },
    );
    expect(idsOf(results, 'passed')).toEqual(['ready-line', 'unknown-route']);
    expect(idsOf(results, 'note')).toEqual(['stats']);
    expect(idsOf(results, 'failed')).toEqual(['ends-on-sigterm']);
  });

  test('ends in the middle', async () => {
    const results = await verified(
      script(`
        const server = require('node:http').createServer(() => process.exit(7));
        server.listen(0, '127.0.0.1', () => console.log('wirebench-ready ' + JSON.stringify(
          { contract: 1, port: server.address().port, transports: ['polling'] })));
      `),
    );
    expect(results[1]?.outcome).toMatchObject({ kind: 'failed', reason: expect.stringContaining('code 7') });
    expect(idsOf(results, 'failed')).toEqual(['publish-appends', 'ends-on-sigterm']);
  });

  test('is not there: that is said once, and nothing else is called broken', async () => {
    const gone = await startReferenceServer({ transports: ['sse'] });
    await gone.close();
    const results = await verified(running(gone.port));
    expect(idsOf(results, 'failed')).toEqual(['ready-line']);
    expect(results[0]?.outcome).toMatchObject({
      reason: expect.stringMatching(/ECONNREFUSED.*start the server first$/),
    });
    expect(results).toHaveLength(RULES.length + 2);
  });

  test('answers nothing: the suite ends in the time that it has, by default 60 s', async () => {
    const withinMs = 16_000;
    const startedAt = performance.now();
    const results = await verified(
      script(`
      const server = require('node:net').createServer(() => {});
      server.listen(0, '127.0.0.1', () => console.log('wirebench-ready ' + JSON.stringify(
        { contract: 1, port: server.address().port, transports: ['polling', 'long-polling', 'sse', 'websocket'] })));
    `),
      { withinMs },
    );
    expect(SUITE_WITHIN_MS).toBe(60_000);
    expect(performance.now() - startedAt).toBeLessThan(withinMs);
    expect(idsOf(results, 'failed').length).toBeGreaterThan(1);
    expect(idsOf(results, 'skipped').length).toBeGreaterThan(0);
  });
});

test('an abort ends the suite and the server', async () => {
  const controller = new AbortController();
  const seen: string[] = [];
  await expect(async () => {
    for await (const { id } of verify(referenceServer(), { signal: controller.signal })) {
      seen.push(id);
      if (id === 'publish-appends') controller.abort(new Error('enough'));
    }
  }).rejects.toThrow('enough');
  expect(seen).toEqual(['ready-line', 'publish-appends']);
});

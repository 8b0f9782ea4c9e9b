import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { verify } from '../conformance/verify.ts';
import { launch } from '../launch.ts';
import { BUILT_IN_SERVERS } from './index.ts';

/** The shipped servers, each started and held against the contract, in its own words where it has some. */

/** Rules that hold for each; nothing is broken. */
const HOLD = { nchan: 25, python: 57, fastify: 57, 'socket.io': 13 } as const;

/** The reference server has a test of its own. */
const others = BUILT_IN_SERVERS.filter(({ name }) => name !== 'reference');
const missing = new Map(
  await Promise.all(others.map(async (server) => [server.name, await server.missing()] as const)),
);

describe.concurrent.each(others)('$name', ({ name, spec }) => {
  const reason = missing.get(name) ?? null;

  it.skipIf(reason !== null)(`keeps the contract${reason === null ? '' : `: ${reason}`}`, async () => {
    const results = [];
    for await (const result of verify(await spec())) results.push(result);
    expect(results.filter(({ outcome }) => outcome.kind === 'failed')).toEqual([]);
    const holds = results.filter(({ outcome }) => outcome.kind === 'passed' || outcome.kind === 'note');
    expect(holds).toHaveLength(HOLD[name as keyof typeof HOLD]);
  });
});

it.skipIf(missing.get('nchan') !== null)('nginx leaves neither a process nor a folder behind', async () => {
  const folders = () => readdirSync(tmpdir()).filter((name) => name.startsWith('wirebench-server-'));
  const before = folders();
  const spec = await BUILT_IN_SERVERS.find(({ name }) => name === 'nchan')?.spec();
  if (spec === undefined) throw new Error('Nchan is no built-in server');
  const server = await launch(spec);
  expect(folders()).toHaveLength(before.length + 1);
  const group = -(server.pid ?? 0);
  expect(() => process.kill(group, 0)).not.toThrow();
  expect(await server.stop()).toMatchObject({ kind: 'ended' });
  expect(() => process.kill(group, 0)).toThrow('ESRCH');
  expect(folders()).toEqual(before);
});

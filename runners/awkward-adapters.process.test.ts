import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { verify } from '../servers/conformance/verify.ts';
import type { ServerSpec, Transport } from '../servers/contract.ts';
import { referenceServer } from '../servers/reference/spec.ts';
import { serverOf } from '../servers/server-module.ts';
import { pushOf, scenarioOf } from './testing/scenarios.ts';
import { runAlone } from './testing/trials.ts';

/** Adapters that are wrong: each ends in one line that says so, of a trial and of the conformance suite alike. */

const folder = mkdtempSync(join(tmpdir(), 'wirebench-awkward-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { command } = referenceServer();

/** An adapter of the reference server in JavaScript, with `parts` in the place of its own. */
async function adapter(name: string, parts: string, more = ''): Promise<ServerSpec> {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `const words = {
      publish: { path: (channel) => '/publish?channel=' + channel },
      polling: {
        path: (channel, after) => '/poll?channel=' + channel + (after === null ? '' : '&after=' + after),
        read({ body, start, end }, after, told) {
          const { next, frames } = JSON.parse(body.toString('utf8', start, end));
          for (const frame of frames) told.frame(Buffer.from(frame), 0, Buffer.byteLength(frame));
          return next;
        },
        resumes: true,
      },
      websocket: { path: (channel) => '/socket?channel=' + channel, resumes: false },
    };
    export default { name: 'awkward', command: ${JSON.stringify(command)}, speaks: { ...words, ${parts} }, ${more} };`,
  );
  const { default: module } = await import(pathToFileURL(file).href);
  return serverOf(module, file);
}

/** What became of a trial and of the rule of the same transport. */
async function outcomes(server: ServerSpec, transport: Transport) {
  const scenario = scenarioOf({
    workload: pushOf(),
    connections: 2,
    phases: { warmupMs: 100, measureMs: 300, drainMs: 300 },
    tuning: { polling: { everyMs: 50 } },
  });
  const outcome = await runAlone({ scenario, transport, server });
  const only = [transport === 'polling' ? 'poll-every-frame-once' : 'socket-every-frame-once'];
  const rules = [];
  for await (const rule of verify(server, { only })) rules.push(rule);
  const broken = rules.flatMap(({ outcome }) => (outcome.kind === 'failed' ? [outcome.reason] : []));
  return { outcome, broken };
}

describe.each<[string, Transport, string, string, RegExp]>([
  [
    'a path that throws',
    'websocket',
    'websocket: { ...words.websocket, path: () => nothing.here }',
    '',
    /the adapter's websocket\.path threw: nothing is not defined$/,
  ],
  [
    'a path that is missing later',
    'polling',
    "polling: { ...words.polling, path: (c, after) => (after === null ? '/poll?channel=' + c : undefined) }",
    '',
    /the adapter's polling\.path must return a path .*, not undefined$/,
  ],
  [
    'a greeting that is no list',
    'websocket',
    "websocket: { ...words.websocket, hello: () => 'hi' }",
    '',
    /the adapter's websocket\.hello must return an array of strings, not "hi"$/,
  ],
  [
    'an answer that it cannot read',
    'polling',
    "polling: { ...words.polling, read: () => JSON.parse('<html>') }",
    '',
    /the adapter did not understand.*Unexpected token/,
  ],
  [
    'silence about the subscription',
    'websocket',
    "websocket: { ...words.websocket, path: () => '/nowhere' }",
    '',
    /404/,
  ],
  [
    'files that throw',
    'polling',
    '',
    "files() { throw new Error('no template'); }",
    /the adapter's files threw: no template$/,
  ],
  [
    'a program that is not there',
    'polling',
    '',
    "command: ['no-such-program']",
    /spawn no-such-program ENOENT; check "command" and "cwd"$/,
  ],
])('%s', (name, transport, parts, more, problem) => {
  it('fails the trial and breaks the rule, in one line', async () => {
    const { outcome, broken } = await outcomes(
      await adapter(name.replaceAll(' ', '-'), parts, more),
      transport,
    );
    expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringMatching(problem) });
    expect(broken).toEqual([expect.stringMatching(problem)]);
    for (const line of broken) expect(line).not.toContain('\n');
    if (outcome.status === 'failed') expect(outcome.reason).not.toContain('\n');
  });
});

it('a route that is missing is named by what was sent and what came back', async () => {
  const server = await adapter('missing-route', "publish: { path: () => '/pubish' }");
  const { outcome, broken } = await outcomes(server, 'polling');
  expect(outcome).toMatchObject({ status: 'completed', validity: 'invalid' });
  expect(JSON.stringify(outcome)).toContain('POST /pubish was answered with 404');
  expect(broken).toEqual(['POST /pubish must be taken']);
});

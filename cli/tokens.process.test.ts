import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeIdentity } from '../runners/identity.ts';
import type { RuleResult } from '../servers/conformance/rule.ts';
import { verify } from '../servers/conformance/verify.ts';
import { type Exchange, type Listening, serveRoutes, type Upgrade } from '../servers/reference/http.ts';
import { Refusal } from '../servers/reference/refusal.ts';
import { referenceRoutes } from '../servers/reference/server.ts';

/** A server that wants a token and has a certificate that nobody signed, to every command that asks servers. */

const BIN = fileURLToPath(new URL('./bin.js', import.meta.url));
/** Longer than whatever is quoted of an answer. */
const TOKEN = `tok-${'5f4dcc3b5aa765d61d8327deb882cf99'.repeat(10)}`;

/** No part of it may be anywhere. */
const TELLTALE = TOKEN.slice(0, 8);

let guarded: Listening;
let folder = '';
/** Everything that any of the tests has made the tool say. */
const said: string[] = [];

beforeAll(async () => {
  guarded = await startGuarded();
  folder = mkdtempSync(join(tmpdir(), 'wirebench-tokens-'));
  const url = `https://127.0.0.1:${guarded.port}`;
  const headers = { Authorization: `Bearer \${ENV:WB_TEST_TOKEN}` };
  const file = { name: 'guarded', url, transports: ['sse', 'websocket'], headers };
  writeFileSync(join(folder, 'guarded.json'), JSON.stringify(file));
  writeFileSync(
    join(folder, 'guarded.mjs'),
    `export default {
      name: 'guarded',
      url: '${url}',
      headers: ${JSON.stringify(headers)},
      speaks: {
        publish: { path: (channel) => '/publish?channel=' + channel },
        sse: { path: (channel) => '/events?channel=' + channel, subscribedBy: { comment: 'subscribed' }, beginning: '0', resumes: true },
        websocket: { path: (channel, after) => '/socket?channel=' + channel + (after === null ? '' : '&after=' + after), resumes: true },
      },
    };`,
  );
});
afterAll(async () => {
  await guarded.close();
  rmSync(folder, { recursive: true });
  expect(said.join('\n')).not.toContain(TELLTALE);
});

/** A server that tells nobody anything who does not know the token, and quotes what it was told instead. */
async function startGuarded(): Promise<Listening> {
  const { requests, upgrades } = referenceRoutes(['sse', 'websocket']);
  const guarded = <Given extends Exchange | Upgrade, Result>(
    routes: Readonly<Record<string, (given: Given) => Result>>,
  ) =>
    Object.fromEntries(
      Object.entries(routes).map(([route, handle]) => [
        route,
        (given: Given) => {
          const { authorization } = given.request.headers;
          if (authorization !== `Bearer ${TOKEN}`) throw new Refusal(401, `who is ${authorization}?`);
          return handle(given);
        },
      ]),
    );
  const routes = { requests: guarded(requests), upgrades: guarded(upgrades) };
  return serveRoutes(routes, '127.0.0.1', 0, await makeIdentity());
}

async function wirebench(words: readonly string[], token = TOKEN) {
  const child = spawn(process.execPath, [BIN, ...words], {
    cwd: folder,
    env: { ...process.env, WB_TEST_TOKEN: token },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  said.push(out, err);
  return { exit, out: out.replaceAll(/\s+/g, ' '), err };
}

const SHORT = ['--transports', 'sse', '--connections', '5', '--duration', '500ms'];

describe.concurrent('verify', () => {
  it('sends the headers of a server file with every request, in the words of the contract', async () => {
    // One of each way of asking: requests, bytes as they are, streams, sockets by `ws` and by hand.
    const only = [
      'publish-chunked',
      'events-resume',
      'socket-up',
      'socket-broken-off',
      'echo-socket',
      'survives-hang-ups',
    ];
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const spec = {
      name: 'guarded',
      url: `https://127.0.0.1:${guarded.port}`,
      transports: ['sse', 'websocket'],
      headers,
      tls: { verify: false },
    } as const;
    const results: RuleResult[] = [];
    for await (const result of verify(spec, { only })) results.push(result);
    const held = results.filter(({ outcome }) => outcome.kind === 'passed').map(({ id }) => id);
    expect(held.toSorted()).toEqual(only.toSorted());
  });

  it('and in those of an adapter', async () => {
    const { exit, out } = await wirebench(['verify', '--server', 'guarded.mjs', '--insecure-tls']);
    expect(out).toContain('ok events-every-frame-once');
    expect(out).toContain('ok socket-up:');
    expect({ exit, out }).toEqual({ exit: 0, out: expect.stringContaining(' 0 broken') });
  });

  it.each(['guarded.json', 'guarded.mjs'])('says in one line that %s has a wrong token', async (file) => {
    const { exit, out } = await wirebench(['verify', '--server', file, '--insecure-tls'], `${TOKEN}-not`);
    expect(exit).toBe(22);
    expect(out).toMatch(
      /^BROKEN ready-line: .* s POST \/publish\?channel=verify-\w+ was refused with 401 "who is Bearer \$\{ENV:WB_TEST_TOKEN\}\?"; check the "headers" that it is given, and the values that they have from the environment skipped \d+ rules: the server lets nobody in [a-z0-9, -]+ 0 rules hold, 1 broken, \d+ skipped $/,
    );
  });

  it('names the remedy for a certificate that nobody signed', async () => {
    const { exit, out } = await wirebench(['verify', '--server', 'guarded.json']);
    expect(exit).toBe(22);
    expect(out).toMatch(
      /no connection to https:\S+: self.signed certificate; name its authority in NODE_EXTRA_CA_CERTS, or switch the check off with --insecure-tls/,
    );
  });
});

/** One after the other: what is late on a busy machine is lost. */
describe('measuring', { retry: 2 }, () => {
  it('a token from the environment goes with every request and into nothing that is written', async () => {
    const asked = ['run', 'live-feed', '--trials', '1', '--no-ceiling', '--rate', '200', ...SHORT];
    const server = ['--server', 'guarded.json', '--insecure-tls'];
    const good = await wirebench([...asked, ...server, '--out', 'good']);
    expect(good).toMatchObject({ exit: 0, out: expect.stringContaining('guarded was not checked') });
    const results = readFileSync(join(folder, 'good/results.json'), 'utf8');
    const [{ outcome }] = JSON.parse(results).trials;
    expect([outcome.status, outcome.measurements.messages.lost]).toEqual(['completed', 0]);
    const report = readFileSync(join(folder, 'good/report.html'), 'utf8');

    const bad = await wirebench([...asked, ...server, '--out', 'bad'], `${TOKEN}-not`);
    const failed = readFileSync(join(folder, 'bad/results.json'), 'utf8');
    expect(bad.exit).toBe(22);
    expect(bad.out).toContain('401');
    expect([results, report, failed].filter((written) => written.includes(TELLTALE))).toEqual([]);

    const missing = await wirebench([...asked, ...server], '');
    expect(missing.exit).toBe(2);
    expect(missing.err).toContain('WB_TEST_TOKEN, which the environment does not have');
  });

  it.each([
    ['check', ['--base-server', 'guarded.json', '--trials', '1', '--gate', 'messages.lost <= 0']],
    ['calibrate', ['--trials', '2']],
    ['capacity', ['live-feed', '--slo', 'messages.lost<=0', '--from', '10', '--to', '10']],
  ])('%s takes any certificate if it is told to', async (command, words) => {
    const { exit, err } = await wirebench([
      command,
      ...words,
      '--server',
      'guarded.json',
      '--insecure-tls',
      ...SHORT,
    ]);
    expect({ exit, err }).toEqual({ exit: 0, err: expect.stringContaining('sse') });
  });

  it('and none otherwise', async () => {
    const { exit, out } = await wirebench([
      'run',
      'idle',
      '--trials',
      '1',
      '--server',
      'guarded.json',
      ...SHORT,
    ]);
    expect([exit, out]).toEqual([22, expect.stringContaining('the TLS handshake failed')]);
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { makeIdentity } from '../runners/identity.ts';
import { type ReferenceServer, startReferenceServer } from '../servers/reference/server.ts';

const BIN = fileURLToPath(new URL('./bin.js', import.meta.url));

/** A server that runs already, at an https: origin. */
let server: ReferenceServer;
let origin = '';
let folder = '';
let certificate = '';
beforeAll(async () => {
  const tls = await makeIdentity();
  server = await startReferenceServer({ tls });
  origin = `https://localhost:${server.port}`;
  certificate = tls.certificate;
});
afterAll(() => server.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-bin-'));
  writeFileSync(join(folder, 'ca.pem'), certificate);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A short run of one transport. */
async function run(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const short = [
    '--trials',
    '1',
    '--connections',
    '5',
    '--rate',
    '200',
    '--duration',
    '500ms',
    '--no-ceiling',
  ];
  const child = spawn(process.execPath, [BIN, 'run', 'live-feed', ...short, '--out', 'out', ...flags], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [exit]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { exit, out, err };
}

function trials() {
  return JSON.parse(readFileSync(join(folder, 'out/results.json'), 'utf8')).trials;
}

it('--tls measures over TLS, and the report says so', async () => {
  const { exit, out } = await run(['--tls', '--transports', 'websocket']);
  expect({ exit, out }).toEqual({ exit: 0, out: expect.stringContaining('over TLS') });
  const [{ scenario, outcome }] = trials();
  expect(scenario.tls).toBe(true);
  expect(outcome.measurements.bytes.down.tls).toBeGreaterThan(5 * 1_000);
});

it('an https: origin is measured over TLS where the system trusts its certificate', async () => {
  const trusted = { NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem') };
  const { exit } = await run(['--server', origin, '--transports', 'sse'], trusted);
  const [{ outcome }] = trials();
  expect([exit, outcome.status]).toEqual([0, 'completed']);
  expect(outcome.measurements.bytes.down.tls).toBeGreaterThan(5 * 1_000);
});

it('an https: origin with a certificate that nobody trusts fails with that reason, and exits 22', async () => {
  const { exit, out } = await run(['--server', origin, '--transports', 'sse']);
  expect(exit).toBe(22);
  expect(out.replaceAll(/\s+/g, ' ')).toMatch(
    /no client could connect: the TLS handshake failed: self.signed certificate/,
  );
});

it('--tls skips a server at an http: origin, and exits 22 because nothing was measured', async () => {
  const { exit, out } = await run(['--tls', '--server', 'http://127.0.0.1:9', '--transports', 'sse']);
  expect(exit).toBe(22);
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'asks for TLS, and the server "127.0.0.1:9" is at http://127.0.0.1:9',
  );
});

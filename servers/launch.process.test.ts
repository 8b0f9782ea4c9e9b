import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { CommandServer } from './contract.ts';
import { type LaunchError, launch } from './launch.ts';
import { startReferenceServer } from './reference/server.ts';
import { referenceServer } from './reference/spec.ts';
import type { Trace } from './trace.ts';

const script = (code: string): CommandServer => ({
  name: 'script',
  command: [process.execPath, '-e', code],
  cwd: process.cwd(),
  env: { GREETING: 'hello' },
});
const READY = `console.log('wirebench-ready {"contract":1,"port":9,"transports":["sse"]}');`;
const STAY = 'setInterval(() => {}, 1e3);';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a server comes up, serves, and goes', async () => {
  const traces: Trace[] = [];
  const server = await launch(referenceServer(), { onTrace: (trace) => traces.push(trace) });
  expect(traces).toEqual([{ kind: 'tree', pid: server.pid, marker: expect.any(String) }]);
  expect((await fetch(new URL('/stats', server.origin))).status).toBe(200);
  expect(await server.stop()).toMatchObject({ kind: 'ended', exit: { kind: 'exited', code: 0 } });
  expect(await server.exited).toEqual({ kind: 'exited', code: 0 });
  expect(isAlive(server.pid ?? 0)).toBe(false);
});

test('a server that runs already is taken as it is, and left running', async () => {
  const running = await startReferenceServer();
  const url = `http://127.0.0.1:${running.port}`;
  const server = await launch({ name: 'there', url, transports: ['sse'] });
  expect(server).toMatchObject({ pid: null, transports: ['sse'] });
  expect(await server.stop()).toEqual({ kind: 'not-ours' });
  expect((await fetch(`${url}/stats`)).status).toBe(200);
  await running.close();
});

test('it gets its environment, and its last lines are kept from stdout and stderr', async () => {
  const code = `console.error(process.env.GREETING, process.env.WIREBENCH_HOST, process.env.WIREBENCH_PORT);${READY}${STAY}`;
  const server = await launch(script(code));
  await expect.poll(() => server.log()).toContain('hello 127.0.0.1 0');
  await server.stop();
});

test('over TLS it finds its certificate and key, which are gone when it is ready', async () => {
  const read = (name: string) => `require('node:fs').readFileSync(process.env.WIREBENCH_TLS_${name}, 'utf8')`;
  const tell = `console.log(${read('CERT')}, ${read('KEY')}, process.env.WIREBENCH_TLS_KEY);`;
  const ready = READY.replace('}', ',"tls":true}');
  const tls = { certificate: 'the certificate', key: 'the key' };
  const server = await launch(script(`${tell}${ready}${STAY}`), { tls });
  expect(server.origin.href).toBe('https://127.0.0.1:9/');
  const [, file = ''] = /^the certificate the key (\/.*)$/m.exec(server.log().join('\n')) ?? [];
  expect(file).not.toBe('');
  expect(existsSync(file)).toBe(false);
  await server.stop();

  // One that does not care serves as ever; one that fails leaves no files either.
  const other = await launch(script(`${READY}${STAY}`), { tls });
  expect(other.origin.href).toBe('http://127.0.0.1:9/');
  await other.stop();
  const failed = launch(script(`${tell} process.exit(3)`), { tls });
  const evidence = await failed.then(
    () => [],
    (error: LaunchError) => error.evidence,
  );
  const [, left = ''] = /^the certificate the key (\/.*)$/m.exec(evidence.join('\n')) ?? [];
  expect(left).not.toBe('');
  expect(existsSync(left)).toBe(false);
});

test('a server that is TLS without having been asked to is refused', async () => {
  const launched = launch(script(`${READY.replace('}', ',"tls":true}')}${STAY}`));
  await expect(launched).rejects.toMatchObject({
    code: 'bad-ready-line',
    message: expect.stringContaining('TLS'),
  });
});

test.each([
  ['cannot-start', { ...script(''), command: ['/no/such/program'] as const }],
  ['exited-early', script('console.error("last words"); process.exit(3)')],
  ['not-ready', script(`console.error("last words");${STAY}`)],
  ['bad-ready-line', script(`console.log("last words"); console.log("wirebench-ready {}");${STAY}`)],
])('%s', async (code, spec) => {
  let pid = 0;
  const onTrace = (trace: Trace) => {
    if (trace.kind === 'tree') ({ pid } = trace);
  };
  const launched = launch(spec, { readyWithinMs: 1_000, onTrace });
  const evidence = code === 'cannot-start' ? [] : expect.arrayContaining(['last words']);
  await expect(launched).rejects.toMatchObject({ name: 'LaunchError', code, evidence });
  if (pid !== 0) expect(isAlive(pid)).toBe(false);
});

test('an abort ends the launch and the process', async () => {
  let pid = 0;
  const signal = AbortSignal.timeout(200);
  const onTrace = (trace: Trace) => {
    if (trace.kind === 'tree') ({ pid } = trace);
  };
  await expect(launch(script(STAY), { signal, onTrace })).rejects.toThrow('aborted due to timeout');
  expect(pid).not.toBe(0);
  expect(isAlive(pid)).toBe(false);
});

test.each([
  ['ignored: SIGKILL, also for what the server has started', 'SIGTERM', {}, 'killed'],
  [
    'obeyed: what the server has started is ended, in a session of its own too',
    'SIGINT',
    { detached: true },
    'ended',
  ],
])('SIGTERM %s', async (_, ignored, options, kind) => {
  const how = JSON.stringify({ ...options, stdio: 'ignore' });
  const child = `require('node:child_process').spawn(process.execPath, ['-e', '${STAY}'], ${how})`;
  const code = `process.on('${ignored}', () => {}); console.log('child', ${child}.pid); ${READY}${STAY}`;
  const server = await launch(script(code), { stopWithinMs: 300 });
  const grandchild = Number(
    server
      .log()
      .join(' ')
      .match(/child (\d+)/)?.[1],
  );
  expect(isAlive(grandchild)).toBe(true);
  expect(await server.stop()).toMatchObject({ kind });
  expect(await server.exited).toEqual({
    kind: 'signalled',
    signal: kind === 'killed' ? 'SIGKILL' : 'SIGTERM',
  });
  await expect.poll(() => isGone(grandchild)).toBe(true);
});

/** An orphan may stay a zombie for as long as nobody reaps it. */
async function isGone(pid: number): Promise<boolean> {
  if (!isAlive(pid)) return true;
  return /^\d+ \(.*\) Z/.test(await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '0 () Z'));
}

test('a server that ends by itself says how', async () => {
  const server = await launch(script(`${READY} setTimeout(() => process.exit(4), 50)`));
  expect(await server.exited).toEqual({ kind: 'exited', code: 4 });
  expect(await server.stop()).toEqual({ kind: 'ended-before', exit: { kind: 'exited', code: 4 } });
});

test('the reference command says in one line that its port is in use, and exits 2', async () => {
  const running = await startReferenceServer();
  const [program, ...parameters] = referenceServer().command;
  const child = spawn(program, parameters, { env: { ...process.env, WIREBENCH_PORT: String(running.port) } });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = await once(child, 'close');
  await running.close();
  expect(code).toBe(2);
  expect(stderr).toMatch(/^wirebench reference server: port \d+ of 127\.0\.0\.1 is in use.*\n$/);
});

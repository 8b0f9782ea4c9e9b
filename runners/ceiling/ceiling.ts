import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import type { Ceiling } from '../../reports/results/schema.ts';
import type { ServerSpec } from '../../servers/contract.ts';
import { launch, type RunningServer } from '../../servers/launch.ts';
import { headersOf } from '../../servers/secrets.ts';
import type { Trace } from '../../servers/trace.ts';
import { dialectOf } from '../drivers/dialect-of.ts';
import type { Guard } from '../processes/guard.ts';
import type { CeilingReport } from './ceiling-main.ts';

/** How long autocannon drives a server. */
export const CEILING_MS = 3_000;

/** As many as the default scenario has clients. */
const CONNECTIONS = 100;

/** Beyond its duration autocannon waits for answers; beyond this nobody waits for it. */
const PATIENCE_MS = 10_000;

/**
 * How many plain requests a second the same server on the same machine can answer: a closed loop
 * of empty polls, without a rate. Context for the other figures, never one of them.
 *
 * @throws Error if the server fails or does not serve polling, if autocannon fails, or the reason of `signal`.
 */
export async function measureCeiling(spec: ServerSpec, guard: Guard, signal: AbortSignal): Promise<Ceiling> {
  const traces: Trace[] = [];
  const onTrace = (trace: Trace) => {
    traces.push(trace);
    guard.hold(trace);
  };
  let server: RunningServer | null = null;
  try {
    // autocannon checks no certificate: what a server's headers may hold is not for whoever answers it.
    if (Object.keys(headersOf(spec)).length > 0)
      throw new Error('it wants headers, which autocannon is not given');
    server = await launch(spec, { signal, onTrace });
    const { polling } = await dialectOf(spec.adapter ?? null);
    if (!server.transports.includes('polling') || polling === undefined) {
      throw new Error('it does not serve polling');
    }
    const url = new URL(polling.path('ceiling', null, 0), server.origin).href;
    const { requestsPerSecond, errors } = await askAutocannon(url, polling.accepts ?? [200], signal);
    const { version } = createRequire(import.meta.url)('autocannon/package.json');
    return {
      server: spec.name,
      tool: `autocannon ${version}`,
      connections: CONNECTIONS,
      durationMs: CEILING_MS,
      requestsPerSecond,
      errors,
    };
  } finally {
    await server?.stop();
    for (const trace of traces) guard.release(trace);
  }
}

function askAutocannon(
  url: string,
  statuses: readonly number[],
  signal: AbortSignal,
): Promise<CeilingReport> {
  const entry = new URL('./ceiling-main.js', import.meta.url);
  const child = fork(entry, [url, String(CONNECTIONS), String(CEILING_MS), statuses.join()], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
  });
  let lastWords = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    lastWords = (lastWords + text).slice(-500);
  });
  return new Promise((resolve, reject) => {
    let answer: CeilingReport | null = null;
    const give = (reason: unknown) => {
      child.kill('SIGKILL');
      reject(reason);
    };
    const timer = setTimeout(() => give(new Error('autocannon did not end')), CEILING_MS + PATIENCE_MS);
    const abort = () => give(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    child.on('message', (report: CeilingReport) => {
      answer = report;
    });
    child.on('error', give);
    child.on('close', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (answer === null) reject(new Error(`autocannon gave no answer. ${lastWords}`.trim()));
      else resolve(answer);
    });
    if (signal.aborted) abort();
  });
}

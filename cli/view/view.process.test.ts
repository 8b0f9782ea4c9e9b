import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type EventSourceMessage, EventSourceParserStream } from 'eventsource-parser/stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const BIN = fileURLToPath(new URL('../bin.js', import.meta.url));

let folder = '';
let started: ChildProcess[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-view-'));
});
afterEach(() => {
  for (const child of started) child.kill('SIGKILL');
  started = [];
  rmSync(folder, { recursive: true });
});

function start(...argv: string[]) {
  const child = spawn(process.execPath, [BIN, ...argv], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });
  started.push(child);
  return child;
}

/** A run of two short trials. */
const TWO_TRIALS = [
  ...['run', 'live-feed', '--transports', 'sse', '--connections', '5', '--rate', '200'],
  ...['--trials', '2', '--duration', '500ms', '--no-ceiling'],
];

/** Starts `view` on `results` and follows its events. */
async function follow() {
  const view = start('view');
  const [line] = await once(view.stdout, 'data');
  const url = String(line).trim();
  const { body } = await fetch(`${url}events`);
  if (body === null) throw new Error('the stream has no body');
  const events = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  const parts: Record<string, string> = {};
  /** Reads events until what the page then has is as wanted. */
  const until = async (wanted: (parts: Readonly<Record<string, string>>) => boolean): Promise<void> => {
    while (!wanted(parts)) {
      const { value, done }: { value?: EventSourceMessage | undefined; done: boolean } = await events.read();
      if (done) throw new Error('the stream ended');
      Object.assign(parts, JSON.parse(value?.data ?? '{}'));
    }
  };
  return { view, url, events, parts, until };
}

describe('view', () => {
  it('follows a run from its first trial to its report, and ends its streams at Ctrl-C', async () => {
    const { view, url, events, parts, until } = await follow();
    await until(({ runs = '' }) => runs.includes('There is no run here yet'));
    const run = start(...TWO_TRIALS);
    await until(({ 'in-flight': flight = '' }) => flight.includes('Trial 1 of 2: live-feed by SSE'));
    const [, name = ''] = /data-run="([^"]+)"/.exec(parts['in-flight'] ?? '') ?? [];
    expect(existsSync(join(folder, 'results', name, 'progress.json'))).toBe(true);
    await until(({ 'in-flight': flight = '' }) => flight.includes('Trial 2 of 2'));
    await until(({ 'in-flight': flight }) => flight === '');
    expect(parts['runs']).toContain(`href="/report?run=${name}"`);
    expect(existsSync(join(folder, 'results', name, 'progress.json'))).toBe(false);
    await once(run, 'exit');
    const report = await fetch(`${url}report?run=${name}`);
    expect([report.status, await report.text()]).toEqual([200, expect.stringContaining('Made by wirebench')]);

    view.kill('SIGINT');
    const [exit] = await Promise.all([
      once(view, 'exit'),
      // Whether it is ended or cut, no more comes.
      events.read().catch(() => null),
    ]);
    expect(exit).toEqual([0, null]);
    const free = connect(Number(new URL(url).port), '127.0.0.1');
    await expect(once(free, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('does not show a run that was killed as one in flight for ever', async () => {
    mkdirSync(join(folder, 'results'));
    const { parts, until } = await follow();
    const run = start(...TWO_TRIALS);
    await until(({ 'in-flight': flight = '' }) => flight.includes('Trial 1 of 2'));
    run.kill('SIGKILL');
    const [, name = ''] = /data-run="([^"]+)"/.exec(parts['in-flight'] ?? '') ?? [];
    await once(run, 'exit');
    // Ten seconds pass.
    const file = join(folder, 'results', name, 'progress.json');
    const left = JSON.parse(readFileSync(file, 'utf8'));
    const updatedAt = new Date(Date.parse(left.updatedAt) - 10_000).toISOString();
    writeFileSync(file, JSON.stringify({ ...left, updatedAt }));
    await until(({ runs = '' }) => runs.includes('It was ended before a trial was finished.'));
    expect(parts['in-flight']).toBe('');
  });
});

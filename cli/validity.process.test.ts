import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';
import { wirebench } from './testing/program.ts';

/**
 * What the terminal says of trials that are invalid: which numbers not to trust, and what to change. How
 * busy the machine is makes no difference, so they run beside each other.
 */

const FAULTY = fileURLToPath(new URL('../runners/testing/faulty-server-main.js', import.meta.url));

const FEED = {
  name: 'feed',
  question: 'What is wrong?',
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 100,
    schedule: { kind: 'constant', perSecond: 100 },
  },
  connections: 3,
  phases: { warmupMs: 100, measureMs: 500, drainMs: 1_000 },
  tuning: { polling: { everyMs: 100 } },
} as const;

/** A folder with files of JSON, for as long as the test lasts. */
function folderWith(files: Readonly<Record<string, unknown>>, { onTestFinished }: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'wirebench-validity-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
  return folder;
}

/** One trial for each transport. */
const RUN = ['run', 'feed.json', '--trials', '1', '--seed', '1', '--no-ceiling'];

describe.concurrent('run exits 22 and says which numbers not to trust and what to change', () => {
  it.for([
    [
      'loses',
      'Polling and SSE are invalid (lost): ',
      'do not trust their latency.*, delivered.perSecond and bytes.perMessage in feed; look at the server',
    ],
    [
      'duplicates',
      '(duplicated): ',
      'do not trust their bytes.* and requests.* in feed; run `wirebench verify`',
    ],
    [
      'reorders',
      '(reordered): ',
      'do not trust their latency.* and service.* in feed; run `wirebench verify`',
    ],
    [
      'refuses publishing',
      '(unsent): ',
      'do not trust their latency.*, messages.* and delivered.perSecond in feed; the server refused messages',
    ],
    ['garbles', '(faults): ', 'in feed; run `wirebench verify` on the server'],
    ['stamps ahead', '(negative-latency): ', 'run publisher and clients on one host'],
  ] as const)('on a server that %s', async ([fault, evidence, advice], context) => {
    const server = { name: 'faulty', command: [process.execPath, FAULTY, fault] };
    const folder = folderWith({ 'feed.json': FEED, 'server.json': server }, context);
    const flags = ['--transports', 'polling,sse', '--server', 'server.json'];
    const { exit, said } = await wirebench([...RUN, ...flags], { folder });
    expect(said).toContain(evidence);
    expect(said).toContain(advice);
    expect(exit).toBe(22);
  });

  it.runIf(process.platform === 'linux')(
    'where descriptors do not last for all connections',
    async (context) => {
      // One server process and one worker, or there would be as many as the descriptors ask for.
      const folder = folderWith({ 'feed.json': { ...FEED, connections: 300, shards: 1 } }, context);
      const under = ['bash', '-c', 'ulimit -n 200; exec "$@"', 'limited'];
      const flags = ['--transports', 'sse', '--workers', '1'];
      const { exit, said } = await wirebench([...RUN, ...flags], { folder, under });
      expect(said).toMatch(
        /SSE is invalid \(connections\): 1\d\d of 300 connections were opened; the first could not/,
      );
      expect(said).toContain('do not trust its connect.*, latency.*, bytes.* and server.* in feed');
      expect(said).toContain('raise what limits them, such as the descriptor limit (ulimit -n)');
      expect(exit).toBe(22);
    },
  );
});

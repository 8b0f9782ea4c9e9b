import { describe, expect, test } from 'vitest';
import { knownServer } from './selftest/known-server.ts';
import { measure } from './testing/measure.ts';
import { childrenOf } from './testing/processes.ts';

const push = {
  workload: {
    kind: 'push' as const,
    origin: 'publisher' as const,
    audience: 'all' as const,
    payloadBytes: 64,
    schedule: { kind: 'constant' as const, perSecond: 50 },
  },
  connections: 5,
  phases: { warmupMs: 500, measureMs: 3_000, drainMs: 2_000 },
};

/** Lets a process of the trial run for one part in five of the time, from when it is there until it is gone. */
function starve(command: string): () => void {
  let stopped = false;
  const timer = setInterval(() => {
    const pid = childrenOf(process.pid, command)[0]?.pid;
    if (pid === undefined) return;
    stopped = !stopped;
    process.kill(pid, stopped ? 'SIGSTOP' : 'SIGCONT');
  }, 60);
  return () => {
    clearInterval(timer);
    for (const { pid } of childrenOf(process.pid, command)) process.kill(pid, 'SIGCONT');
  };
}

describe('the generator was the limit', () => {
  test.each(['publisher-main', 'worker-main'])('when its %s does not get to run', async (command) => {
    const end = starve(command);
    try {
      const { validity, warnings } = await measure({ scenario: push, transport: 'websocket' });
      expect(warnings.map(({ code }) => code)).toContain('late-generator');
      expect(validity).toBe('invalid');
    } finally {
      end();
    }
  });
});

test('a server that is slow is not blamed on the generator', async () => {
  // 60 requests a second of 20 ms each: the queue grows for as long as the trial lasts.
  const { warnings, measurements } = await measure({
    scenario: {
      workload: { kind: 'request', payloadBytes: 64, schedule: { kind: 'poisson', perSecond: 60 } },
      connections: 1,
      phases: { warmupMs: 500, measureMs: 3_000, drainMs: 5_000 },
    },
    transport: 'websocket',
    server: knownServer(20),
  });
  expect(measurements.messages.lost).toBe(0);
  expect(warnings.filter(({ code }) => code.endsWith('generator'))).toEqual([]);
});

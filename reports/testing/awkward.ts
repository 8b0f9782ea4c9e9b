import type { Transport } from '../../servers/contract.ts';
import { TRANSPORTS } from '../../servers/contract.ts';
import type { Measurements, Results } from '../results/schema.ts';
import { exampleResults } from './example.ts';
import { HOSTILE } from './hostile.ts';
import { completed, encoded, measurements, results, scenario, trial } from './results.ts';

/** Names that some format would take for something else, or that are longer than any line. */
export const AWKWARD_NAMES = [
  HOSTILE,
  '=1+1',
  '+cmd|calc',
  '@SUM(A1)',
  '-1',
  'a | b `c` *d* [e](f)\n# g',
  'right \u202eto\u202c left \u2067x\u2069',
  '測量サーバー 👩‍👩‍👧',
  'n'.repeat(200),
  '',
] as const;

/** An hour and more, and counts near the largest whole number. */
function enormous(): Measurements {
  const most = Number.MAX_SAFE_INTEGER;
  const latency = encoded(Array<number>(3_000).fill(2 * 3_600_000_000));
  const empty = measurements();
  return measurements({
    histograms: { ...empty.histograms, latency, connect: latency },
    intervals: [0, 5_000].map((startMs) => ({ startMs, expected: 1_500, latency })),
    messages: { ...empty.messages, due: most, sent: most, expected: most, received: most },
    requests: { total: most, empty: most, carrying: most },
    connections: { asked: most, opened: most, reopened: most, unrecovered: 0 },
    bytes: { up: { ...empty.bytes.up, payload: most }, down: { ...empty.bytes.down, headers: most } },
    sockets: { up: most, down: most },
    processes: [{ role: 'server', cpuUs: most, rssBytes: most, rssBeforeBytes: 0 }],
  });
}

/** Every sample the same, in every histogram and every slice. */
function oneValue(): Measurements {
  const same = encoded(Array<number>(5_000).fill(1_234));
  const empty = measurements();
  return measurements({
    histograms: { ...empty.histograms, latency: same, service: same, lateness: same, connect: same },
    intervals: Array.from({ length: 10 }, (_, index) => ({
      startMs: index * 1_000,
      expected: 500,
      latency: encoded(Array<number>(500).fill(1_234)),
    })),
    messages: { ...empty.messages, due: 50, sent: 50, expected: 5_000, received: 5_000 },
    connections: { asked: 100, opened: 100, reopened: 0, unrecovered: 0 },
  });
}

function ofAll(outcome: (transport: Transport) => Parameters<typeof trial>[0]): Results {
  return results(
    TRANSPORTS.flatMap((transport) =>
      [0, 1].map((block) => trial({ transport, block, ...outcome(transport) })),
    ),
  );
}

/** What a report may be asked to make something of, beside a calm run; every case by its name. */
export const AWKWARD = {
  'no trial': () => results([], { ceilings: [] }),
  'one trial': () =>
    results(
      exampleResults(1)
        .trials.filter((each) => each.transport === 'sse')
        .slice(0, 1),
    ),
  'one transport': () => results(exampleResults(6).trials.filter((each) => each.transport === 'websocket')),
  'all failed': () =>
    ofAll(() => ({
      outcome: { status: 'failed', stage: 'connect', reason: 'connect ECONNREFUSED 127.0.0.1:9' },
    })),
  'all skipped': () =>
    ofAll((transport) => ({
      outcome: { status: 'skipped', reason: `the server does not serve ${transport}` },
    })),
  interrupted: () => {
    const whole = exampleResults(3);
    return { ...whole, trials: whole.trials.slice(0, 6) };
  },
  'no samples': () => ofAll(() => ({ outcome: completed(measurements()) })),
  'one value': () => ofAll(() => ({ outcome: completed(oneValue()) })),
  'very large': () => ofAll(() => ({ outcome: completed(enormous()) })),
  '24 arms': () => {
    const example = exampleResults(1).trials.filter((each) => each.scenario.name === 'live-feed');
    const servers = ['reference', 'nchan', 'fastify', 'python', 'socket.io', 'a server with a longer name'];
    return results(servers.flatMap((server) => example.map((each) => ({ ...each, server }))));
  },
  'awkward names': () =>
    results(
      AWKWARD_NAMES.map((name, order) =>
        trial({
          server: name,
          order,
          scenario: scenario({ question: AWKWARD_NAMES[(order + 1) % AWKWARD_NAMES.length] || 'What?' }),
          outcome:
            order % 2 === 0
              ? completed(oneValue(), [{ code: 'faults', level: 'doubtful', message: name }])
              : { status: 'failed', stage: 'server', reason: name },
        }),
      ),
      { commandLine: ['run', ...AWKWARD_NAMES] },
    ),
} as const satisfies Readonly<Record<string, () => Results>>;

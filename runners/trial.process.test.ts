import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { Results, Stage } from '../reports/results/schema.ts';
import type { CommandServer } from '../servers/contract.ts';
import { referenceServer } from '../servers/reference/spec.ts';
import { type RunOptions, run } from './run.ts';
import { childrenOf, leftOver } from './testing/processes.ts';
import { pushOf, scenarioOf } from './testing/scenarios.ts';
import { besideOthers, completed, runAlone } from './testing/trials.ts';

const FAULTY = fileURLToPath(new URL('./testing/faulty-server-main.js', import.meta.url));

/** A server with one fault; see the file that it is. */
function faulty(fault: string): CommandServer {
  return { name: fault, command: [process.execPath, FAULTY, fault], cwd: '/', env: {} };
}

/** Three subscribers of one channel, 100 messages a second: 40 in the window. Polls do not keep step with them. */
const FEED = scenarioOf({
  phases: { warmupMs: 100, measureMs: 400, drainMs: 500 },
  tuning: { polling: { everyMs: 53 } },
});

/** Four clients that each speak on a channel of their own. */
const SELF = scenarioOf({
  workload: pushOf({ origin: 'clients', audience: 'self', schedule: { kind: 'poisson', perSecond: 50 } }),
  connections: 4,
});

function killOne(part: string): void {
  const [worker] = childrenOf(process.pid, part);
  if (worker === undefined) throw new Error(`no ${part} runs`);
  process.kill(worker.pid, 'SIGKILL');
}

function codesOf(outcome: Awaited<ReturnType<typeof runAlone>>) {
  const { validity, warnings, measurements } = besideOthers(completed(outcome));
  return { validity, codes: warnings.map(({ code }) => code), warnings, measurements };
}

afterEach(() => expect(leftOver()).toEqual([]));

describe('a server that', () => {
  it('exits at once: failed, with its last words', async () => {
    expect(await runAlone({ server: faulty('exits at once') })).toEqual({
      status: 'failed',
      stage: 'server',
      reason:
        'server "exits at once" exited with code 4 before it was ready; its last output: port 80 is taken',
    });
  });

  it('cannot be started: failed', async () => {
    const server = { name: 'none', command: ['/no/such/server'] as const, cwd: '/', env: {} };
    expect(await runAlone({ server })).toMatchObject({
      status: 'failed',
      stage: 'server',
      reason: expect.stringContaining('server "none" cannot be started'),
    });
  });

  it('does not serve the transport: skipped', async () => {
    expect(await runAlone({ server: faulty('none'), transport: 'websocket' })).toEqual({
      status: 'skipped',
      reason: 'the server "none" does not name websocket among its transports',
    });
  });

  it('refuses connections: failed while connecting', async () => {
    expect(await runAlone({ server: faulty('refuses connections'), scenario: FEED })).toMatchObject({
      status: 'failed',
      stage: 'connect',
      reason: expect.stringMatching(/^no client could connect: connect ECONNREFUSED 127\.0\.0\.1:\d+$/),
    });
  });

  it('refuses some connections: invalid, with the reason', async () => {
    const outcome = await runAlone({ server: faulty('takes only two'), scenario: FEED });
    const { validity, codes, warnings, measurements } = codesOf(outcome);
    // The third of three subscribers is one to whom everything is lost.
    expect({ validity, codes }).toEqual({ validity: 'invalid', codes: ['lost', 'connections'] });
    expect(warnings[1]?.message).toBe(
      '2 of 3 connections were opened; the first could not because: the event stream was answered with 503',
    );
    expect(measurements.connections).toMatchObject({ asked: 3, opened: 2, reopened: 0, unrecovered: 0 });
    expect(measurements.messages.lost).toBe(measurements.messages.due);
  });

  it('dies while clients connect: failed there', async () => {
    expect(await runAlone({ server: faulty('dies when connected to'), scenario: FEED })).toEqual({
      status: 'failed',
      stage: 'connect',
      reason: expect.stringMatching(
        /^the server was ended by SIGKILL; its last output: .*these are my last words$/,
      ),
    });
  });

  it('dies in the middle: failed there, and the next trial of the run is as if nothing had been', async () => {
    const { results } = await record({
      servers: [faulty('dies when published to'), referenceServer()],
      trials: 2,
    });
    const outcomes = results.trials.map(({ server, outcome }) =>
      outcome.status === 'completed' ? `${server} ${outcome.validity}` : `${server} ${outcome.status}`,
    );
    expect(outcomes).toContain('reference valid');
    expect(outcomes.toSorted()).toEqual([
      'dies when published to failed',
      'dies when published to failed',
      'reference valid',
      'reference valid',
    ]);
    expect(outcomes.indexOf('dies when published to failed')).toBeLessThan(
      outcomes.lastIndexOf('reference valid'),
    );
    for (const { outcome } of results.trials.filter(({ server }) => server !== 'reference')) {
      expect(outcome).toMatchObject({
        status: 'failed',
        stage: 'measure',
        reason: expect.stringMatching(
          /^the server was ended by SIGKILL; its last output: .*these are my last words$/,
        ),
      });
    }
  });

  it('is a script that starts the server: measured as one, ended as one', async () => {
    const { command, cwd } = referenceServer();
    const server = {
      name: 'script',
      command: ['sh', '-c', '"$0" "$1"; true', ...command] as const,
      cwd,
      env: {},
    };
    const { validity, measurements } = codesOf(await runAlone({ server, scenario: FEED }));
    expect(validity).toBe('valid');
    const [use] = measurements.processes;
    expect(use?.role).toBe('server');
    expect(use?.cpuUs).toBeGreaterThan(0);
    // A shell has a few megabytes, the Node below it tens of them.
    expect(use?.rssBytes).toBeGreaterThan(30e6);
  });
});

describe('frames that a server', () => {
  it.each(['sse', 'polling'] as const)('loses (%s)', async (transport) => {
    const outcome = await runAlone({ server: faulty('loses'), scenario: FEED, transport });
    const { validity, codes, measurements } = codesOf(outcome);
    expect({ validity, codes }).toEqual({ validity: 'invalid', codes: ['lost'] });
    // Of any 40 messages in a row every fifth: 8, for three subscribers each.
    expect(measurements.messages).toMatchObject({ due: 40, expected: 120, lost: 24, received: 96 });
  });

  it.each(['sse', 'polling'] as const)('duplicates (%s)', async (transport) => {
    const outcome = await runAlone({ server: faulty('duplicates'), scenario: FEED, transport });
    const { validity, codes, measurements } = codesOf(outcome);
    expect({ validity, codes }).toEqual({ validity: 'invalid', codes: ['duplicated'] });
    // Those that come after the last expected one may be cut off with the drain.
    expect([21, 22, 23, 24]).toContain(measurements.messages.duplicated);
    expect(measurements.messages).toMatchObject({ received: 120, lost: 0 });
  });

  it.each(['sse', 'polling'] as const)('reorders (%s)', async (transport) => {
    const outcome = await runAlone({ server: faulty('reorders'), scenario: FEED, transport });
    const { validity, codes, measurements } = codesOf(outcome);
    expect({ validity, codes: codes.filter((code) => code !== 'lost') }).toEqual({
      validity: 'invalid',
      codes: ['reordered'],
    });
    // One that is held back when the messages end never comes.
    const { reordered, lost, duplicated } = measurements.messages;
    expect([reordered + lost, duplicated]).toEqual([24, 0]);
    expect([0, 3]).toContain(lost);
  });

  it('delivers on another channel', async () => {
    const outcome = await runAlone({ server: faulty('misroutes'), scenario: SELF });
    const { validity, codes, measurements } = codesOf(outcome);
    expect({ validity, codes }).toEqual({ validity: 'invalid', codes: ['lost', 'faults'] });
    const { lost, received, expected } = measurements.messages;
    expect(lost + received).toBe(expected);
    expect(Object.keys(measurements.faults)).toEqual(['a frame of another channel']);
  });

  it('garbles', async () => {
    const outcome = await runAlone({ server: faulty('garbles'), scenario: FEED });
    const { validity, codes, measurements } = codesOf(outcome);
    expect({ validity, codes }).toEqual({ validity: 'invalid', codes: ['lost', 'faults'] });
    expect(Object.keys(measurements.faults)).toEqual(['a frame that this run did not send']);
  });

  it.each([
    ['publisher', FEED, 8],
    ['clients', SELF, null],
  ] as const)('refuses to publish (%s)', async (_, scenario, unsent) => {
    const outcome = await runAlone({ server: faulty('refuses publishing'), scenario });
    const { validity, codes, measurements } = codesOf(outcome);
    expect({ validity, codes }).toEqual({ validity: 'invalid', codes: ['unsent', 'lost', 'faults'] });
    const { messages, faults } = measurements;
    expect(messages.due).toBe(messages.sent + messages.unsent);
    if (unsent !== null) expect(messages.unsent).toBe(unsent);
    expect(Object.keys(faults)).toEqual(['POST /publish was answered with 500']);
  });

  it('takes, and is slow to say so: none is unsent, since the drain waits for the answers too', async () => {
    const scenario = scenarioOf({
      workload: pushOf({ origin: 'clients', audience: 'self', schedule: { kind: 'constant', perSecond: 3 } }),
      connections: 40,
    });
    const { validity, measurements } = codesOf(await runAlone({ server: faulty('answers late'), scenario }));
    expect(validity).toBe('valid');
    const { due, sent, unsent, lost } = measurements.messages;
    expect({ unsent, lost }).toEqual({ unsent: 0, lost: 0 });
    expect(sent).toBe(due);
  });
});

describe('requests that overtake each other', () => {
  const overtaking = (reuse: 'connection' | 'none') =>
    runAlone({
      server: faulty('echoes in any order'),
      transport: 'websocket',
      scenario: scenarioOf({
        workload: { kind: 'request', reuse, payloadBytes: 32, schedule: { kind: 'constant', perSecond: 50 } },
      }),
    });

  it('are in order where each has a connection of its own', async () => {
    const { validity, codes, measurements } = codesOf(await overtaking('none'));
    expect({ validity, codes }).toEqual({ validity: 'valid', codes: [] });
    expect(measurements.messages.reordered).toBe(0);
  });

  it('are not where they share one', async () => {
    const { validity, codes } = codesOf(await overtaking('connection'));
    expect({ validity, codes }).toEqual({ validity: 'invalid', codes: ['reordered'] });
  });
});

describe('a trial of many generator processes', () => {
  it('has nothing to warn of', async () => {
    const warnings: string[] = [];
    const note = ({ name }: Error) => warnings.push(name);
    process.on('warning', note);
    const scenario = { ...FEED, connections: 12 };
    expect(codesOf(await runAlone({ scenario }, { workers: 12 })).codes).toEqual([]);
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });
});

describe('a process of the generator that is killed', () => {
  it.each([
    ['measure', 'worker-main', 'the generator worker 0 was ended by SIGKILL'],
    ['warmup', 'worker-main', 'the generator worker 0 was ended by SIGKILL'],
    ['measure', 'publisher-main', 'the publisher was ended by SIGKILL'],
  ] as const)('while in stage %s: %s', async (stage, part, reason) => {
    const onStage = (entered: Stage) => {
      if (entered === stage) killOne(part);
    };
    expect(await runAlone({ scenario: FEED }, { onStage })).toEqual({ status: 'failed', stage, reason });
  });
});

describe('an end from outside', () => {
  const STAGES: Stage[] = ['server', 'generator', 'connect', 'warmup', 'measure', 'drain', 'stop'];

  it.each(STAGES)('in stage %s: rejects with the reason, and nothing is left', async (stage) => {
    const user = new AbortController();
    const reason = new Error('enough');
    const onStage = (entered: Stage) => {
      if (entered === stage) user.abort(reason);
    };
    await expect(runAlone({ scenario: FEED }, { signal: user.signal, onStage })).rejects.toBe(reason);
  });

  it('before it begins', async () => {
    const reason = new Error('enough');
    await expect(runAlone({ scenario: FEED }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('while a server is slow to get ready', async () => {
    const reason = new Error('enough');
    const user = new AbortController();
    const outcome = runAlone({ server: faulty('never gets ready') }, { signal: user.signal });
    await expect.poll(() => childrenOf(process.pid, 'never gets ready')).toHaveLength(1);
    user.abort(reason);
    await expect(outcome).rejects.toBe(reason);
  });

  it('keeps the finished trials of the run, saved one by one, and drops the one in flight', async () => {
    const user = new AbortController();
    let measuring = 0;
    const { results, saved, events } = await record({
      trials: 3,
      signal: user.signal,
      onEvent: (event) => {
        if (event.kind === 'stage' && event.stage === 'measure') measuring += 1;
        if (measuring === 2) user.abort(new Error('enough'));
      },
    });
    expect(results.trials.map(({ order, outcome }) => [order, outcome.status])).toEqual([[0, 'completed']]);
    expect(saved.map(({ trials }) => trials.length)).toEqual([1]);
    expect(events.filter((kind) => kind.startsWith('trial'))).toEqual(['trial', 'trial-done', 'trial']);
  });

  it('by a save that fails: the run rejects with its error', async () => {
    const reason = new Error('disk full');
    await expect(record({ trials: 2, save: async () => Promise.reject(reason) })).rejects.toBe(reason);
  });
});

describe('a run', () => {
  it('tells what it does in order, and saves all results so far after every trial', async () => {
    const { results, saved, events } = await record({ transports: ['sse', 'websocket'], trials: 1 });
    const stages = ['server', 'generator', 'connect', 'warmup', 'measure', 'drain', 'stop'];
    const trial = ['trial', ...stages, 'trial-done'];
    expect(events).toEqual([...trial, ...trial]);
    expect(saved.map(({ trials }) => trials.length)).toEqual([1, 2]);
    expect(saved[1]).toEqual(results);
    expect(results).toMatchObject({ seed: 5, commandLine: ['test'], ceilings: [] });
  });
});

/** Runs a comparison and keeps what it tells and saves. */
async function record(options: Partial<RunOptions>) {
  const events: string[] = [];
  const saved: Results[] = [];
  const results = await run({
    scenarios: [FEED],
    transports: ['sse'],
    servers: [referenceServer()],
    trials: 1,
    seed: 5,
    ceiling: false,
    commandLine: ['test'],
    save: async (soFar) => {
      saved.push(soFar);
    },
    ...options,
    onEvent: (event) => {
      events.push(event.kind === 'stage' ? event.stage : event.kind);
      options.onEvent?.(event);
    },
  });
  return { results, saved, events };
}

import { describe, expect, it } from 'vitest';
import type { Measurements, Warning } from '../reports/results/schema.ts';
import type { ScenarioInput } from '../scenarios/schema.ts';
import type { Transport } from '../servers/contract.ts';
import { GOOD, histogramOf } from './testing/measurements.ts';
import { pushOf, scenarioOf, trialOf } from './testing/scenarios.ts';
import { judge } from './validity.ts';

interface Changes {
  readonly messages?: Partial<Measurements['messages']>;
  readonly connections?: Partial<Measurements['connections']>;
  readonly sockets?: Partial<Measurements['sockets']>;
  readonly faults?: Measurements['faults'];
  readonly samples?: number;
}

function measured({ messages, connections, sockets, faults, samples = 120 }: Changes = {}): Measurements {
  return {
    ...GOOD,
    messages: { ...GOOD.messages, ...messages },
    connections: { ...GOOD.connections, ...connections },
    sockets: { ...GOOD.sockets, ...sockets },
    faults: { ...faults },
    histograms: { ...GOOD.histograms, latency: histogramOf(samples) },
  };
}

function judged(changes: Changes, scenario: Partial<ScenarioInput> = {}, failures: string[] = []) {
  return judge(trialOf({ scenario: scenarioOf(scenario) }), measured(changes), failures);
}

/** Polling, with the periods and phases that alias or do not. */
function polled(
  schedule: Record<string, unknown>,
  {
    everyMs = 250,
    phase = 'random',
    connections = 3,
    transport = 'polling',
    ...workload
  }: Record<string, unknown> = {},
): readonly Warning[] {
  const scenario = scenarioOf({
    workload: pushOf({ schedule, ...workload }),
    connections: connections as number,
    tuning: { polling: { everyMs: everyMs as number, phase: phase as 'random' } },
  });
  return judge(trialOf({ scenario, transport: transport as Transport }), GOOD, []).warnings;
}

describe('judge', () => {
  it('has nothing to say where all went well', () => {
    expect(judged({})).toEqual({ validity: 'valid', warnings: [] });
  });

  it.each<[string, Changes, string]>([
    [
      'lost',
      { messages: { lost: 1_200, expected: 12_000 } },
      '1,200 of 12,000 messages were lost; none is allowed',
    ],
    ['duplicated', { messages: { duplicated: 2 } }, '2 of 120 messages were duplicated; none is allowed'],
    ['reordered', { messages: { reordered: 1 } }, '1 of 120 messages were reordered; none is allowed'],
    ['unsent', { messages: { unsent: 4 } }, '4 of 40 messages were not taken by the server; none is allowed'],
    ['surplus', { messages: { received: 121 } }, '121 messages were delivered where 120 were due'],
    [
      'nothing-measured',
      { messages: { expected: 0, received: 0 } },
      'no message was due in the measuring phase; lengthen it or raise the rate',
    ],
    ['connections', { connections: { opened: 2 } }, '2 of 3 connections were opened'],
    [
      'unrecovered',
      { connections: { unrecovered: 2 } },
      '2 clients lost their connection and were not back at the end',
    ],
    [
      'negative-latency',
      { messages: { negative: 5 } },
      '5 messages arrived before they were due or sent: the processes do not share a clock',
    ],
    ['unaccounted-bytes', { sockets: { up: 299 } }, 'the sockets counted 299 B up, the accounts hold 300 B'],
    [
      'unaccounted-bytes',
      { sockets: { down: 5_008 } },
      'the sockets counted 5,008 B down, the accounts hold 5,007 B',
    ],
    [
      'faults',
      { faults: { rare: 1, 'the most frequent': 3, other: 2 } },
      '6 answers or connections went wrong, most often (3): the most frequent',
    ],
  ])('%s makes it invalid', (code, changes, message) => {
    expect(judged(changes)).toEqual({ validity: 'invalid', warnings: [{ code, level: 'invalid', message }] });
  });

  it('few-samples makes it doubtful: a median needs n(1 − q) ≥ 20, so 40', () => {
    expect(judged({ samples: 39 })).toEqual({
      validity: 'doubtful',
      warnings: [
        {
          code: 'few-samples',
          level: 'doubtful',
          message: '39 samples do not carry a median; 40 would',
        },
      ],
    });
    expect(judged({ samples: 40 }).warnings).toEqual([]);
  });

  it('leaves "no samples at all" to what was lost or not due', () => {
    const { warnings } = judged({ samples: 0, messages: { received: 0, lost: 120 } });
    expect(warnings.map(({ code }) => code)).toEqual(['lost']);
  });

  it('says why a connection could not be opened', () => {
    const { warnings } = judged({ connections: { opened: 1 } }, {}, ['ECONNREFUSED', 'another']);
    expect(warnings[0]?.message).toBe(
      '1 of 3 connections were opened; the first could not because: ECONNREFUSED',
    );
  });

  it('allows as many connections to fail as the scenario does, and not one more', () => {
    const allow = { allow: { connections: 1 } };
    expect(judged({ connections: { opened: 2 } }, allow, ['full']).warnings).toEqual([]);
    expect(judged({ connections: { opened: 1 } }, allow, ['full', 'full']).warnings).toEqual([
      {
        code: 'connections',
        level: 'invalid',
        message: '1 of 3 connections were opened; 1 may fail; the first could not because: full',
      },
    ]);
  });

  it('asks nothing of messages where none are sent', () => {
    const idle = { workload: { kind: 'idle' } } as const;
    const none = { due: 0, sent: 0, expected: 0, received: 0 };
    expect(judged({ messages: none, samples: 0 }, idle)).toEqual({ validity: 'valid', warnings: [] });
  });

  it.each(['lost', 'duplicated', 'reordered', 'unsent'] as const)(
    'allows as many %s as the scenario does, and not one more',
    (code) => {
      const allow = { allow: { [code]: 3 } };
      expect(judged({ messages: { [code]: 3 } }, allow).warnings).toEqual([]);
      expect(judged({ messages: { [code]: 4 } }, allow).warnings).toEqual([
        { code, level: 'invalid', message: expect.stringContaining('; 3 are allowed') },
      ]);
    },
  );

  it('tells everything at once; what is wrong outweighs what is weak', () => {
    const { validity, warnings } = judged({ samples: 5, messages: { lost: 1, reordered: 1 } });
    expect(validity).toBe('invalid');
    expect(warnings.map(({ code }) => code)).toEqual(['lost', 'reordered', 'few-samples']);
  });
});

describe('aliased phases', () => {
  const everySecond = { kind: 'constant', perSecond: 1 };

  it('are doubtful where poll and message keep step and few phases are seen', () => {
    expect(polled({ ...everySecond, phase: 'fixed' }, { phase: 'fixed' })).toEqual([
      {
        code: 'aliased-phases',
        level: 'doubtful',
        message:
          'a poll every 250 ms and a message every 1000 ms keep step, so 1 phase was seen instead of all; ' +
          'use random phases and more clients, or a poisson schedule',
      },
    ]);
  });

  const burst = { kind: 'burst', messages: 5, everyMs: 500 };
  it.each<[string, Parameters<typeof polled>, boolean]>([
    [
      'a poll that is a multiple of the message',
      [{ kind: 'constant', perSecond: 10 }, { everyMs: 1_000 }],
      true,
    ],
    ['bursts', [burst], true],
    ['three clients of random phase', [everySecond], true],
    ['19 clients of random phase', [everySecond, { connections: 19 }], true],
    ['20 clients of random phase', [everySecond, { connections: 20 }], false],
    ['20 clients that poll in step', [everySecond, { connections: 20, phase: 'fixed' }], true],
    [
      '20 sources of random phase, whatever the polls do',
      [everySecond, { connections: 20, phase: 'fixed', origin: 'clients', audience: 'self' }],
      false,
    ],
    [
      '20 sources in step that are polled in step',
      [
        { ...everySecond, phase: 'fixed' },
        { connections: 20, phase: 'fixed', audience: 'self' },
      ],
      true,
    ],
    ['periods that are no multiples', [everySecond, { everyMs: 300 }], false],
    ['poisson arrivals', [{ kind: 'poisson', perSecond: 1 }], false],
    ['a ramp', [{ kind: 'ramp', fromPerSecond: 1, toPerSecond: 2, overMs: 100 }], false],
    ['another transport', [everySecond, { transport: 'long-polling' }], false],
  ])('%s', (_, parameters, aliased) => {
    expect(polled(...parameters).map(({ code }) => code)).toEqual(aliased ? ['aliased-phases'] : []);
  });

  it('do not exist where nothing is pushed', () => {
    const scenario = scenarioOf({
      workload: { kind: 'request', payloadBytes: 32, schedule: { kind: 'constant', perSecond: 1 } },
    });
    expect(judge(trialOf({ scenario, transport: 'polling' }), GOOD, []).warnings).toEqual([]);
  });
});

describe('compression', () => {
  it('is doubtful where it was asked for and no message came compressed', () => {
    expect(judged({ messages: { compressed: 0 } })).toMatchObject({
      validity: 'doubtful',
      warnings: [
        {
          code: 'not-compressed',
          message: `clients asked for gzip, and the server compressed none of ${GOOD.messages.received} messages`,
        },
      ],
    });
    const trial = trialOf({ scenario: scenarioOf(), transport: 'websocket' });
    const [warning] = judge(trial, measured({ messages: { compressed: 0 } }), []).warnings;
    expect(warning?.message).toContain('asked for permessage-deflate');
  });

  it('is nothing to speak of where some did, nobody asked, or nothing came', () => {
    expect(judged({ messages: { compressed: 1 } }).warnings).toEqual([]);
    expect(judged({}).warnings).toEqual([]);
    const idle = judged(
      { messages: { compressed: 0, received: 0, expected: 0 } },
      { workload: { kind: 'idle' } },
    );
    expect(idle.warnings).toEqual([]);
  });
});

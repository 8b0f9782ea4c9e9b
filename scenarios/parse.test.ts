import { describe, expect, it } from 'vitest';
import { parseScenario, ScenarioError } from './parse.ts';

const push = {
  kind: 'push',
  origin: 'publisher',
  audience: 'all',
  payloadBytes: 200,
  schedule: { kind: 'poisson', perSecond: 10 },
};
const ticker = { name: 'ticker', question: 'How stale is a price?', workload: push, connections: 100 };

function messageOf(value: unknown): string {
  try {
    parseScenario(value, 'ticker.json');
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  return 'accepted';
}

describe('parseScenario', () => {
  it('fills in every default', () => {
    expect(parseScenario({ $schema: 'x', ...ticker }, 'ticker.json')).toEqual({
      ...ticker,
      workload: { ...push, content: 'filler' },
      phases: { warmupMs: 1_000, measureMs: 10_000, drainMs: 3_000 },
      tuning: {
        polling: { everyMs: 1_000, phase: 'random', reuse: 'connection', mode: 'all' },
        'long-polling': { holdMs: 25_000 },
        sse: {},
        websocket: { pingMs: 30_000 },
      },
      shards: null,
      headers: {},
      connecting: 'paced',
      slow: null,
      link: null,
      reconnect: null,
      tls: false,
      compression: 'none',
      allow: { lost: 0, duplicated: 0, reordered: 0, unsent: 0, connections: 0 },
    });
  });

  it('fills in the waits of clients that come back', () => {
    expect(parseScenario({ ...ticker, reconnect: {} }, 'ticker.json')).toMatchObject({
      reconnect: { afterMs: 1_000, upToMs: 30_000 },
    });
  });

  it('takes its own output again', () => {
    const once = parseScenario(ticker, 'ticker.json');
    expect(parseScenario(once, 'again')).toEqual(once);
  });

  it.each([
    [
      'compression of the filler',
      { ...ticker, compression: 'deflate' },
      'workload.content must be "json" or "random" where it is compressed: the filler repeats, as no message does',
    ],
    [
      'compression of requests',
      {
        ...ticker,
        compression: 'deflate',
        workload: { kind: 'request', payloadBytes: 32, schedule: push.schedule },
      },
      'compression must be "none" for requests and their answers: browsers do not compress what they post',
    ],
    [
      'an unknown compression',
      { ...ticker, compression: 'deflat' },
      'compression cannot be "deflat"; did you mean "deflate"?',
    ],
    [
      'an unknown key',
      { ...ticker, conections: 3 },
      'conections is not a known key; did you mean "connections"?',
    ],
    [
      'an unknown key in a union told apart by its kind',
      { ...ticker, workload: { ...push, schedule: { kind: 'constant', perSecond: 1, perSecnd: 2 } } },
      'workload.schedule.perSecnd is not a known key; did you mean "perSecond"?',
    ],
    [
      'a key of another branch of the union',
      { ...ticker, workload: { kind: 'idle', reuse: 'none' } },
      'workload.reuse is not a known key; use one of kind',
    ],
    [
      'a key where nothing is set',
      { ...ticker, tuning: { sse: { retryMs: 1 } } },
      'tuning.sse.retryMs is not a known key; nothing is set here; remove it',
    ],
    [
      'an unknown kind',
      { ...ticker, workload: { ...push, schedule: { kind: 'poison', perSecond: 1 } } },
      'workload.schedule.kind cannot be "poison"; did you mean "poisson"?',
    ],
    [
      'a word of an enum',
      { ...ticker, workload: { ...push, origin: 'client' } },
      'workload.origin cannot be "client"; did you mean "clients"?',
    ],
    [
      'neither branch of a union of words and an object',
      { ...ticker, workload: { ...push, audience: 7 } },
      'workload.audience must be "all", "self", "one" or an object with rooms, not 7',
    ],
    [
      'a number too small',
      { ...ticker, workload: { ...push, payloadBytes: 31 } },
      'workload.payloadBytes must be at least 32, not 31',
    ],
    [
      'a number too large',
      { ...ticker, connections: 250_001 },
      'connections must be at most 250000, not 250001',
    ],
    [
      'an exclusive bound',
      { ...ticker, workload: { ...push, schedule: { kind: 'poisson', perSecond: 0 } } },
      'workload.schedule.perSecond must be more than 0, not 0',
    ],
    ['a fraction', { ...ticker, connections: 1.5 }, 'connections must be a whole number, not 1.5'],
    ['a wrong type', { ...ticker, connections: '100' }, 'connections must be a number, not "100"'],
    ['an empty text', { ...ticker, question: '' }, 'question must be at least 1 characters long, not ""'],
    [
      'a bad name',
      { ...ticker, name: 'My Ticker' },
      'name must be lower-case letters, digits and dashes, at most 64',
    ],
    ['a missing field', { ...ticker, connections: undefined }, 'connections is missing; it must be a number'],
    [
      'a rule between fields',
      { ...ticker, workload: { ...push, origin: 'clients', audience: 'one' } },
      'workload.audience "one" needs the origin "publisher": a client sends to its own channel only',
    ],
    [
      'several servers where all clients send to all',
      { ...ticker, shards: 2, workload: { ...push, origin: 'clients' } },
      'shards must be 1 where all clients send to all: servers do not pass messages on to each other',
    ],
    [
      'a longest wait that is shorter than the first',
      { ...ticker, reconnect: { afterMs: 500, upToMs: 499 } },
      'reconnect.upToMs must be at least as long as afterMs',
    ],
    [
      'slow clients that send',
      { ...ticker, workload: { ...push, origin: 'clients' }, slow: { oneIn: 10, kbps: 256 } },
      'slow needs a push from the publisher: slow clients only receive',
    ],
    [
      'slow clients of whom there is none',
      { ...ticker, connections: 9, slow: { oneIn: 10, kbps: 256 } },
      'connections must be at least slow.oneIn (10), not 9: no client would be slow',
    ],
    ['no object at all', null, 'must be an object, not null'],
    ['a list', [ticker], 'must be an object, not a list'],
  ])('refuses %s', (_, value, expected) => {
    expect(messageOf(value)).toBe(`ticker.json: ${expected}`);
  });

  it('lists every problem, a line each', () => {
    const workload = { ...push, audience: { roms: 3 }, payloadBytes: 3 };
    expect(messageOf({ ...ticker, workload, x: 1 })).toBe(
      [
        'ticker.json: workload.audience.rooms is missing; it must be a number',
        'ticker.json: workload.audience.roms is not a known key; did you mean "rooms"?',
        'ticker.json: workload.payloadBytes must be at least 32, not 3',
        'ticker.json: x is not a known key; use one of $schema, name, question, workload, connections, shards, phases, tuning, headers, connecting, slow, link, reconnect, tls, compression, allow',
      ].join('\n'),
    );
  });

  it('says of a misspelt discriminator both what is missing and what is strange', () => {
    expect(messageOf({ ...ticker, workload: { knd: 'idle' } })).toBe(
      [
        'ticker.json: workload.kind is missing; it must be one of push, request, idle',
        'ticker.json: workload.knd is not a known key; did you mean "kind"?',
      ].join('\n'),
    );
  });

  it('carries a stable code and the fields', () => {
    let thrown: unknown;
    try {
      parseScenario({ ...ticker, connections: 0 }, 'ticker.json');
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({
      name: 'ScenarioError',
      code: 'SCENARIO',
      where: 'ticker.json',
      problems: [{ field: 'connections', message: 'must be at least 1, not 0' }],
    });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pushOf, scenarioOf } from './testing/scenarios.ts';
import { type PlannedMessage, planTraffic, type Traffic } from './traffic.ts';

const schedules = fc.oneof(
  fc.record({
    kind: fc.constant('constant'),
    perSecond: fc.integer({ min: 1, max: 200 }),
    phase: fc.constantFrom('random', 'fixed'),
  }),
  fc.record({ kind: fc.constant('poisson'), perSecond: fc.integer({ min: 1, max: 200 }) }),
  fc.record({
    kind: fc.constant('burst'),
    messages: fc.integer({ min: 1, max: 20 }),
    everyMs: fc.integer({ min: 20, max: 300 }),
  }),
);

const audiences = fc.oneof(
  fc.constantFrom('all', 'self', 'one'),
  fc.record({ rooms: fc.integer({ min: 1, max: 12 }) }),
);

const traffics = fc
  .record({
    origin: fc.constantFrom('publisher', 'clients'),
    audience: audiences,
    schedule: schedules,
    connections: fc.integer({ min: 1, max: 30 }),
    seed: fc.nat(),
  })
  .filter(({ origin, audience }) => origin === 'publisher' || audience !== 'one')
  .map(({ connections, seed, ...workload }) => {
    const scenario = scenarioOf({ workload: pushOf(workload), connections });
    return { scenario, seed, traffic: planTraffic(scenario, seed) };
  });

function trafficOf(workload: Record<string, unknown>, connections: number, seed = 1): Traffic {
  return planTraffic(scenarioOf({ workload: pushOf(workload), connections }), seed);
}

/** Every source that sends, with what it sends. */
function sentBy(traffic: Traffic, connections: number): PlannedMessage[][] {
  const sources = traffic.clientsSend ? connections : traffic.publisherSources;
  return Array.from({ length: sources }, (_, source) => [...traffic.messagesOf(source)]);
}

function channelsOf(traffic: Traffic, clients: number): number[] {
  return Array.from({ length: clients }, (_, client) => traffic.channelOf(client));
}

describe('audiences', () => {
  it('all: one channel, one source', () => {
    const traffic = trafficOf({ audience: 'all' }, 5);
    expect(traffic).toMatchObject({ channels: 1, publisherSources: 1, clientsSend: false });
    expect(channelsOf(traffic, 5)).toEqual([0, 0, 0, 0, 0]);
  });

  it('rooms: so many members each, the last room with the rest', () => {
    const traffic = trafficOf({ audience: { rooms: 3 } }, 8);
    expect(traffic).toMatchObject({ channels: 3, publisherSources: 3 });
    expect(channelsOf(traffic, 8)).toEqual([0, 0, 0, 1, 1, 1, 2, 2]);
    expect([0, 1, 2].map((channel) => traffic.sourcesInto(channel))).toEqual([[0], [1], [2]]);
  });

  it('rooms whose members send: each hears the others and itself, in the smaller last room too', () => {
    const traffic = trafficOf({ origin: 'clients', audience: { rooms: 3 } }, 8);
    expect(traffic).toMatchObject({ channels: 3, publisherSources: 0, clientsSend: true });
    expect([0, 1, 2].map((channel) => traffic.sourcesInto(channel))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
      [6, 7],
    ]);
    expect([...traffic.messagesOf(7)].map(({ channel, stream }) => [channel, stream])[0]).toEqual([2, 7]);
  });

  it('one room for all when it is larger than the crowd', () => {
    const traffic = trafficOf({ origin: 'clients', audience: { rooms: 100 } }, 4);
    expect(traffic.channels).toBe(1);
    expect(traffic.sourcesInto(0)).toEqual([0, 1, 2, 3]);
  });

  it('self: a channel each, whoever sends', () => {
    const bySelf = trafficOf({ origin: 'clients', audience: 'self' }, 3);
    const byPublisher = trafficOf({ audience: 'self' }, 3);
    for (const traffic of [bySelf, byPublisher]) {
      expect(channelsOf(traffic, 3)).toEqual([0, 1, 2]);
      expect(traffic.sourcesInto(2)).toEqual([2]);
    }
    expect([bySelf.publisherSources, byPublisher.publisherSources]).toEqual([0, 3]);
  });

  it('one: a single source whose messages are scattered over all clients, each numbered by itself', () => {
    const schedule = { kind: 'poisson', perSecond: 2_000 };
    const traffic = trafficOf({ audience: 'one', schedule }, 4);
    expect(traffic).toMatchObject({ channels: 4, publisherSources: 1 });
    expect(traffic.sourcesInto(3)).toEqual([0]);
    const messages = [...traffic.messagesOf(0)];
    const counts = [0, 1, 2, 3].map((to) => messages.filter(({ channel }) => channel === to).length);
    // About 1,000 messages, 250 to each; binomial, so 5 standard deviations are 69.
    for (const count of counts) expect(Math.abs(count - messages.length / 4)).toBeLessThan(69);
    expect(messages.every(({ stream, channel }) => stream === channel)).toBe(true);
  });

  it('request: every client is a source of its own', () => {
    const schedule = { kind: 'constant', perSecond: 10 } as const;
    const scenario = scenarioOf({
      workload: { kind: 'request', payloadBytes: 32, schedule },
      connections: 2,
    });
    const traffic = planTraffic(scenario, 1);
    expect(traffic).toMatchObject({ channels: 2, publisherSources: 0, clientsSend: true });
    expect([0, 1].map((channel) => traffic.sourcesInto(channel))).toEqual([[0], [1]]);
  });

  it('idle: a channel each and not a word', () => {
    const traffic = planTraffic(scenarioOf({ workload: { kind: 'idle' }, connections: 2 }), 1);
    expect(traffic).toMatchObject({ channels: 2, publisherSources: 0, clientsSend: false });
    expect([...traffic.messagesOf(0)]).toEqual([]);
    expect(traffic.sourcesInto(0)).toEqual([]);
  });
});

describe('every traffic', () => {
  it('numbers each stream 0, 1, 2, … in the order in which it is due, in whole microseconds of the trial', () => {
    fc.assert(
      fc.property(traffics, ({ scenario, traffic }) => {
        const sequences = new Map<number, number[]>();
        for (const messages of sentBy(traffic, scenario.connections)) {
          const due = messages.map(({ dueUs }) => dueUs);
          expect(due).toEqual(due.toSorted((left, right) => left - right));
          // Rounded to the microsecond, the very last may touch the end of the measuring phase.
          expect(due.filter((us) => !Number.isSafeInteger(us) || us < 0 || us > 500_000)).toEqual([]);
          for (const { stream, sequence } of messages) {
            sequences.set(stream, [...(sequences.get(stream) ?? []), sequence]);
          }
        }
        for (const numbers of sequences.values()) expect(numbers).toEqual([...numbers.keys()]);
      }),
    );
  });

  it('tells the receivers of a channel of exactly those sources that send into it', () => {
    fc.assert(
      fc.property(traffics, ({ scenario, traffic }) => {
        const senders = sentBy(traffic, scenario.connections);
        for (let channel = 0; channel < traffic.channels; channel += 1) {
          const into = senders.flatMap((messages) =>
            messages.filter((message) => message.channel === channel),
          );
          const known = traffic
            .sourcesInto(channel)
            .flatMap((source) => [...traffic.messagesOf(source)])
            .filter((message) => message.channel === channel);
          expect(known).toEqual(into);
        }
      }),
    );
  });

  it('knows the channel of a stream from its number alone', () => {
    fc.assert(
      fc.property(traffics, ({ scenario, traffic }) => {
        const messages = sentBy(traffic, scenario.connections).flat();
        expect(messages.map(({ stream }) => traffic.channelOfStream(stream))).toEqual(
          messages.map(({ channel }) => channel),
        );
      }),
    );
  });

  it('puts every client into a channel, and leaves none empty', () => {
    fc.assert(
      fc.property(traffics, ({ scenario, traffic }) => {
        const used = new Set(channelsOf(traffic, scenario.connections));
        expect([...used]).toEqual(Array.from({ length: traffic.channels }, (_, channel) => channel));
      }),
    );
  });

  it('is the same for the same seed, computed anew, and another for another', () => {
    const workload = {
      origin: 'clients',
      audience: { rooms: 2 },
      schedule: { kind: 'poisson', perSecond: 50 },
    };
    const messages = (seed: number) => sentBy(trafficOf(workload, 4, seed), 4);
    expect(messages(3)).toEqual(messages(3));
    expect(messages(3)).not.toEqual(messages(4));
  });

  it('gives every source a phase of its own, unless the phases are fixed', () => {
    const firsts = (phase: string) => {
      const schedule = { kind: 'constant', perSecond: 10, phase };
      const traffic = trafficOf({ origin: 'clients', audience: 'self', schedule }, 20);
      return new Set(sentBy(traffic, 20).map(([first]) => first?.dueUs));
    };
    expect(firsts('random').size).toBe(20);
    expect(firsts('fixed')).toEqual(new Set([0]));
  });
});

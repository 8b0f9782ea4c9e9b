import { describe, expect, it } from 'vitest';
import { type CapacityFlags, readCapacityRequest } from './capacity-request.ts';
import { ROOMS } from './rooms.ts';
import { fakeIo } from './testing/fake-io.ts';

function read(flags: Partial<CapacityFlags>, words = ['live-feed']) {
  const given = {
    by: 'rate',
    'allow-remote': false,
    'insecure-tls': false,
    slo: ['latency.p99<=100ms'],
    ...flags,
  };
  return readCapacityRequest(given, words, fakeIo(), ROOMS);
}

describe('readCapacityRequest', () => {
  it('has a search for each transport, from the rate of the scenario to the most that there may be', async () => {
    const { searches } = await read({});
    expect(searches.map(({ transport }) => transport)).toEqual([
      'polling',
      'long-polling',
      'sse',
      'websocket',
    ]);
    const [first] = searches;
    expect(first).toMatchObject({
      by: 'rate',
      objectives: ['latency.p99<=100ms'],
      range: { from: 10, to: 100_000, precision: 0.05, whole: false },
    });
  });

  it('turns the rate of a step and lets it last as long as its objectives need', async () => {
    const { searches } = await read({ connections: '1' });
    const at = searches[0]?.at(50);
    expect(at?.workload).toMatchObject({ schedule: { perSecond: 50 } });
    // A p99 takes 2,000 samples and 15 % more: 46 s at 50/s; at 5,000/s the 5 s of every step are enough.
    expect(at?.phases.measureMs).toBe(46_000);
    expect(searches[0]?.at(5_000).phases.measureMs).toBe(5_000);
  });

  it('turns connections, which are whole', async () => {
    const { searches } = await read({ by: 'connections', from: '10', to: '500', precision: '2.5 %' });
    expect(searches[0]?.range).toEqual({ from: 10, to: 500, precision: 0.025, whole: true });
    expect(searches[0]?.at(77).connections).toBe(77);
  });

  it('takes a percentile that the connections carry, and what is no percentile', async () => {
    await expect(read({ by: 'connections', from: '2000', slo: ['connect.p99<=1s'] })).resolves.toBeDefined();
    await expect(read({ connections: '1', slo: ['connect.max<=1s'] })).resolves.toBeDefined();
  });

  it('gives each transport the objectives that are about it', async () => {
    const { searches } = await read({
      slo: [' sse latency.p99<=1s ', 'messages.lost<=0'],
      transports: ['sse', 'websocket'],
    });
    expect(searches.map(({ objectives }) => objectives)).toEqual([
      ['sse latency.p99<=1s', 'messages.lost<=0'],
      ['messages.lost<=0'],
    ]);
  });

  it('keeps seed, workers and command line', async () => {
    expect(await read({ seed: '7', workers: '2' })).toMatchObject({
      seed: 7,
      workers: 2,
      commandLine: ['wirebench', 'test'],
    });
  });

  it.each<[string, Partial<CapacityFlags>, string]>([
    [
      'no objective',
      { slo: [] },
      "--slo says what a step has to meet, as in --slo 'latency.p99<=100ms'; give one or more",
    ],
    [
      'a change',
      { slo: ['latency.p99<=+5%'] },
      '--slo: "latency.p99<=+5%" is a change, and there is no baseline; give an amount',
    ],
    ['a word', { slo: ['x'] }, '--slo: "x" is no objective; write one such as "latency.p99 <= 100ms"'],
    ['a metric that is none', { slo: ['foo<=1'] }, '--slo: "foo<=1": there is no metric "foo"; use one of'],
    [
      'fewer connections than a percentile takes',
      { by: 'connections', from: '1999', slo: ['messages.lost<=0', 'connect.p99<=1s'] },
      '--slo: connect.p99 takes 2,000 connections, and the first step has 1,999; give --from 2000',
    ],
    [
      'fewer, where the rate is turned',
      { connections: '39', slo: ['connect.p50<=1s'] },
      '--slo: connect.p50 takes 40 connections, and the first step has 39; give --connections 40',
    ],
    [
      'a transport without an objective',
      { slo: ['sse latency.p99<=1s'], transports: ['polling'] },
      '--slo: there is no objective for polling; add one, or leave it out of --transports',
    ],
    [
      'the load itself',
      { rate: '5' },
      '--rate is what is searched for; give --from and --to, or another --by',
    ],
    ['a precision without unit', { precision: '5' }, '--precision needs per cent from 0.1% to 100%, not "5"'],
    [
      'a precision that is none',
      { precision: '0%' },
      '--precision needs per cent from 0.1% to 100%, not "0%"',
    ],
    [
      'an empty range',
      { to: '5' },
      '--to: 5 is below the lowest load, 10 (of the scenario; --from gives another)',
    ],
    ['a range upside down', { from: '20', to: '5' }, '--to: 5 is below the lowest load, 20'],
    ['no load', { from: '0' }, '--from needs a number above 0, at most 100000, not 0'],
    [
      'half a connection',
      { by: 'connections', from: '1.5' },
      '--from needs a whole number above 0, at most 250000, not 1.5',
    ],
    ['more than there may be', { to: '100001' }, '--to needs a number above 0, at most 100000, not 100001'],
  ])('refuses %s', async (_, flags, message) => {
    await expect(read(flags)).rejects.toThrow(message);
  });

  it.each([
    ['idle', '--by rate: idle sends no messages; give --by connections'],
    ['burst', 'has no single rate: its schedule is a burst; give --by connections'],
  ])('refuses the rate of %s', async (name, message) => {
    await expect(read({}, [name])).rejects.toThrow(message);
  });
});

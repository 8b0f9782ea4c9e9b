import { describe, expect, it } from 'vitest';
import { builtin } from '../scenarios/builtin.ts';
import { parseScenario } from '../scenarios/parse.ts';
import { override } from './overrides.ts';

const nothing = {
  connections: undefined,
  rate: undefined,
  payload: undefined,
  duration: undefined,
  rtt: undefined,
  kbps: undefined,
  tls: undefined,
};
const [chat] = builtin('chat');
const idle = parseScenario(
  { name: 'idle', question: 'q', workload: { kind: 'idle' }, connections: 1 },
  'idle',
);
const burst = parseScenario(
  {
    name: 'gusts',
    question: 'q',
    workload: {
      kind: 'push',
      origin: 'publisher',
      audience: 'all',
      payloadBytes: 64,
      schedule: { kind: 'burst', messages: 9, everyMs: 500 },
    },
    connections: 1,
  },
  'gusts',
);

describe('override', () => {
  it('changes what is given and nothing else', () => {
    if (chat === undefined) throw new Error('no chat');
    const changed = override(chat, { ...nothing, connections: 7, rate: 2, payload: 500, duration: 250 });
    expect(changed).toEqual({
      ...chat,
      connections: 7,
      workload: { ...chat.workload, payloadBytes: 500, schedule: { kind: 'poisson', perSecond: 2 } },
      phases: { ...chat.phases, measureMs: 250 },
    });
    expect(override(chat, nothing)).toEqual(chat);
    const behind = override(chat, { ...nothing, rtt: 80 });
    expect(behind.link).toEqual({ rttMs: 80, jitterMs: 0, kbps: null, events: [] });
    expect(override(behind, { ...nothing, kbps: 500 }).link).toEqual({ ...behind.link, kbps: 500 });
    expect(override(behind, { ...nothing, tls: true })).toEqual({ ...behind, tls: true });
    expect(override({ ...behind, tls: true }, nothing).tls).toBe(true);
    expect(override(idle, { ...nothing, connections: 9 })).toEqual({ ...idle, connections: 9 });
    expect(override(burst, { ...nothing, payload: 99 }).workload).toEqual({
      ...burst.workload,
      payloadBytes: 99,
    });
  });

  it.each([
    [
      burst,
      { rate: 1 },
      '--rate: gusts has no single rate: its schedule is a burst; change its file instead',
    ],
    [idle, { rate: 1 }, '--rate: idle sends no messages, so there is nothing to set'],
    [idle, { payload: 99 }, '--payload: idle sends no messages, so there is nothing to set'],
    [burst, { payload: 31 }, '--payload: gusts: workload.payloadBytes must be at least 32, not 31'],
    [idle, { connections: 0 }, '--connections: idle: connections must be at least 1, not 0'],
    [idle, { kbps: 0 }, '--kbps: idle: link.kbps must be more than 0, not 0'],
    [idle, { duration: 99 }, '--duration: idle: phases.measureMs must be at least 100, not 99'],
  ])('of %o refuses %j', (scenario, flags, message) => {
    expect(() => override(scenario, { ...nothing, ...flags })).toThrow(message);
  });
});

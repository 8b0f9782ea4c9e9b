import { expect, it } from 'vitest';
import { parseScenario } from '../scenarios/parse.ts';
import { describeScenario } from './describe.ts';

it('says how many bytes of further headers there are, where there are some', () => {
  const idle = { name: 'idle', question: 'What?', workload: { kind: 'idle' }, connections: 5 };
  const described = (headers: object) => describeScenario(parseScenario({ ...idle, headers }, 'test'));
  expect(described({})).toBe('connections that only stay open · 5 connections · 10 s measured');
  // "Cookie: a=1" and its line end.
  expect(described({ Cookie: 'a=1' })).toBe(
    'connections that only stay open · 5 connections · 13 B of further headers · 10 s measured',
  );
});

it('says what messages are filled with, where that is not the filler', () => {
  const described = (content: string) => {
    const workload = {
      ...{ kind: 'push', origin: 'publisher', audience: 'all', payloadBytes: 200, content },
      schedule: { kind: 'constant', perSecond: 5 },
    };
    return describeScenario(
      parseScenario({ name: 'push', question: 'What?', workload, connections: 5 }, 'test'),
    );
  };
  expect(described('filler')).toContain(' · 200 B · 5/s');
  expect(described('json')).toContain(' · 200 B of JSON · 5/s');
  expect(described('random')).toContain(' · 200 B of random text · 5/s');
});

it('says that clients ask for compression', () => {
  const idle = { name: 'idle', question: 'What?', workload: { kind: 'idle' }, connections: 5 };
  const described = (compression: string) =>
    describeScenario(parseScenario({ ...idle, compression }, 'test'));
  expect(described('none')).not.toContain('compressed');
  expect(described('deflate')).toContain(' · compressed · ');
  expect(described('deflate-no-context-takeover')).toContain(
    ' · compressed, on WebSockets message by message · ',
  );
});

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

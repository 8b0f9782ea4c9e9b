import { describe, expect, it } from 'vitest';
import { TRANSPORTS } from '../servers/contract.ts';
import { CONTRACT } from './drivers/contract-dialect.ts';
import { notServed, skipReason, unspoken } from './skip.ts';
import { scenarioOf, trialOf } from './testing/scenarios.ts';

const request = scenarioOf({
  workload: { kind: 'request', payloadBytes: 32, schedule: { kind: 'constant', perSecond: 10 } },
});

describe('skipReason', () => {
  it('lets every transport have what is pushed, and nothing at all', () => {
    const idle = scenarioOf({ workload: { kind: 'idle' } });
    for (const transport of TRANSPORTS) {
      expect(skipReason(trialOf({ transport }))).toBeNull();
      expect(skipReason(trialOf({ transport, scenario: idle }))).toBeNull();
    }
  });

  it('skips requests where the transport has no exchange of its own, and says so', () => {
    const reasons = TRANSPORTS.map((transport) => skipReason(trialOf({ transport, scenario: request })));
    expect(reasons).toEqual([
      null,
      'long-polling carries messages down only; a request is a plain HTTP request, as in polling',
      'Server-Sent Events carry messages down only; a request is a plain HTTP request, as in polling',
      null,
    ]);
  });

  it('skips a running server that is asked for TLS at an http: origin; at an https: one it is TLS by itself', () => {
    const at = (url: string) => ({ name: 'theirs', url, transports: ['sse'] as const });
    const secure = scenarioOf({ tls: true });
    expect(
      skipReason(trialOf({ server: at('http://127.0.0.1:1'), transport: 'sse', scenario: secure })),
    ).toBe(
      'the scenario asks for TLS, and the server "theirs" is at http://127.0.0.1:1; name its https: origin',
    );
    for (const scenario of [secure, scenarioOf()]) {
      expect(
        skipReason(trialOf({ server: at('https://127.0.0.1:1'), transport: 'sse', scenario })),
      ).toBeNull();
    }
  });

  it('skips what a running server does not serve; a started one says so itself', () => {
    const server = { name: 'theirs', url: 'http://127.0.0.1:1', transports: ['sse'] as const };
    expect(skipReason(trialOf({ server, transport: 'sse' }))).toBeNull();
    expect(skipReason(trialOf({ server, transport: 'polling' }))).toBe(
      'the server "theirs" does not name polling among its transports',
    );
    expect(notServed('theirs', 'polling')).toBe(skipReason(trialOf({ server, transport: 'polling' })));
  });
});

describe('unspoken', () => {
  const { publish, polling } = CONTRACT;
  const comesBack = scenarioOf({ reconnect: { afterMs: 10, upToMs: 20 } });

  it('finds that the contract has words for everything', () => {
    for (const transport of TRANSPORTS) {
      expect(unspoken(trialOf({ transport, scenario: comesBack }), CONTRACT)).toBeNull();
    }
    expect(unspoken(trialOf({ transport: 'polling', scenario: request }), CONTRACT)).toBeNull();
  });

  it.each([
    [
      'a transport',
      { transport: 'sse' as const },
      'the server "nowhere" does not name sse among its transports',
    ],
    [
      'requests that come back',
      { transport: 'polling' as const, scenario: request },
      'the adapter of "nowhere" names nothing that sends back what it is sent by polling',
    ],
    [
      'clients that come back',
      { transport: 'polling' as const, scenario: comesBack },
      'a client of "nowhere" that comes back by polling cannot resume where it was, as its adapter says',
    ],
    [
      'polls of the newest value',
      {
        transport: 'polling' as const,
        scenario: scenarioOf({ tuning: { polling: { everyMs: 100, mode: 'latest' } } }),
      },
      'the scenario\'s polls ask for the newest value alone, and the adapter of "nowhere" has no words for that ("newest")',
    ],
  ])('says what a dialect has no words for: %s', (_, parts, reason) => {
    expect(unspoken(trialOf(parts), { publish, polling: { ...polling, resumes: false } })).toBe(reason);
  });
});

import { describe, expect, it } from 'vitest';
import type { RuleResult } from '../../servers/conformance/rule.ts';
import { main } from '../main.ts';
import { ROOMS, type Rooms } from '../rooms.ts';
import { fakeIo } from '../testing/fake-io.ts';

const passed: RuleResult = { id: 'publish', title: 'a frame is taken', outcome: { kind: 'passed' } };
const failed: RuleResult = {
  id: 'etag',
  title: 'the same value is a 304',
  outcome: { kind: 'failed', reason: 'it was a 200', evidence: ['GET /value', 'HTTP/1.1 200 OK'] },
};
const noted: RuleResult = {
  id: 'stats',
  title: 'counts',
  outcome: { kind: 'note', text: 'there is no /stats' },
};
const skipped: RuleResult = {
  id: 'socket',
  title: 'upgrades',
  outcome: { kind: 'skipped', reason: 'no websocket' },
};

function saying(...results: RuleResult[]): Rooms {
  return {
    ...ROOMS,
    async *verify() {
      yield* results;
    },
  };
}

describe('verify', () => {
  it('prints rule by rule and exits 22 where one is broken', async () => {
    const io = fakeIo();
    expect(await main(['verify', '--server', 'reference'], io, saying(passed, failed, noted, skipped))).toBe(
      22,
    );
    expect(io.out()).toBe(
      [
        'ok      publish: a frame is taken',
        'BROKEN  etag: the same value is a 304',
        '        it was a 200',
        '        GET /value',
        '        HTTP/1.1 200 OK',
        'note    stats: counts',
        '        there is no /stats',
        'skipped socket: upgrades',
        '        no websocket',
        '2 rules hold, 1 broken, 1 skipped',
        '',
      ].join('\n'),
    );
  });

  it('breaks long titles at 80 columns, and lets no server colour the terminal', async () => {
    const io = fakeIo();
    const long: RuleResult = { ...passed, title: 'what a frame must be '.repeat(6).trim() };
    const evil: RuleResult = {
      ...passed,
      outcome: { kind: 'failed', reason: '\u001b[31mred', evidence: ['y'.repeat(100)] },
    };
    await main(['verify', '--server', 'reference'], io, saying(long, evil));
    expect(io.out().split('\n').slice(0, 5)).toEqual([
      'ok      publish: what a frame must be what a frame must be what a frame must be',
      '        what a frame must be what a frame must be what a frame must be',
      'BROKEN  publish: a frame is taken',
      '         [31mred',
      `        ${'y'.repeat(100)}`,
    ]);
  });

  it('tells at the end what was skipped, and together what was for one reason, if it is much', async () => {
    const io = fakeIo();
    const many = ['a', 'b', 'c', 'd'].map((id): RuleResult => ({ ...skipped, id }));
    const other: RuleResult = { ...skipped, outcome: { kind: 'skipped', reason: 'no time' } };
    await main(['verify', '--server', 'reference'], io, saying(passed, ...many, other, passed));
    expect(io.out().split('\n').slice(1, 6)).toEqual([
      'ok      publish: a frame is taken',
      'skipped 4 rules: no websocket',
      '        a, b, c, d',
      'skipped socket: upgrades',
      '        no time',
    ]);
  });

  it('exits 0 where none is', async () => {
    expect(await main(['verify', '--server', 'reference'], fakeIo(), saying(passed, noted, skipped))).toBe(0);
  });

  it('exits 22 where nothing could be checked', async () => {
    expect(await main(['verify', '--server', 'reference'], fakeIo(), saying(skipped))).toBe(22);
  });

  it('--json prints the rules whole', async () => {
    const io = fakeIo();
    expect(await main(['verify', '--server', 'reference', '--json'], io, saying(passed, failed))).toBe(22);
    expect(JSON.parse(io.out())).toEqual({ rules: [passed, failed], broken: 1 });
  });

  it('exits 130 when interrupted', async () => {
    const io = fakeIo();
    const rooms: Rooms = {
      ...ROOMS,
      async *verify(_server, options) {
        yield passed;
        io.interrupt();
        options?.signal?.throwIfAborted();
      },
    };
    expect(await main(['verify', '--server', 'reference'], io, rooms)).toBe(130);
  });

  it('does not send anything to another machine unasked', async () => {
    const io = fakeIo();
    expect(await main(['verify', '--server', 'http://192.0.2.1'], io, saying(passed))).toBe(2);
    expect(io.err()).toContain('--allow-remote');
  });
});

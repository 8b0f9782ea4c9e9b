import { describe, expect, it } from 'vitest';
import type { SelftestCheck } from '../../runners/selftest/selftest.ts';
import { main } from '../main.ts';
import { ROOMS, type Rooms } from '../rooms.ts';
import { fakeIo } from '../testing/fake-io.ts';

const right: SelftestCheck = {
  what: 'an answer after 10 ms, p50',
  unit: 'ms',
  expected: 10,
  tolerance: 2,
  measured: 10.44,
  holds: true,
};
const wrong: SelftestCheck = { ...right, measured: 13.9, holds: false };
const missing: SelftestCheck = {
  what: 'messages lost',
  unit: 'messages',
  expected: 0,
  tolerance: 0,
  measured: null,
  holds: false,
};

function finding(...checks: SelftestCheck[]): Rooms {
  return {
    ...ROOMS,
    async *selftest() {
      yield* checks;
    },
  };
}

describe('selftest', () => {
  it('prints expected beside measured', async () => {
    const io = fakeIo();
    expect(await main(['selftest'], io, finding(right))).toBe(0);
    expect(io.out()).toBe(
      [
        '                                            expected        measured',
        'an answer after 10 ms, p50                 10 ± 2 ms         10.4 ms',
        'This machine measures what is known.',
        '',
      ].join('\n'),
    );
  });

  it('exits 22 and marks what is wrong, and what could not be measured', async () => {
    const io = fakeIo();
    expect(await main(['selftest'], io, finding(right, wrong, missing))).toBe(22);
    expect(io.out()).toContain(
      'an answer after 10 ms, p50                 10 ± 2 ms         13.9 ms  WRONG\n',
    );
    expect(io.out()).toContain(
      'messages lost                             0 messages         nothing  WRONG\n',
    );
    expect(io.out()).toContain('2 of 3 figures are wrong');
    for (const line of io.out().split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('says the same as JSON', async () => {
    const io = fakeIo();
    expect(await main(['selftest', '--json'], io, finding(right, wrong))).toBe(22);
    expect(JSON.parse(io.out())).toEqual({ checks: [right, wrong], wrong: 1 });
  });
});

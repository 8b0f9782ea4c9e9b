import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ExchangeAccount, Ledger, Tally } from './ledger.ts';

const ZERO = { payload: 0, framing: 0, headers: 0, handshake: 0, control: 0, tls: 0, outside: 0 };
const accounts = ['payload', 'framing', 'headers', 'tls'] as const satisfies readonly ExchangeAccount[];

describe('Ledger', () => {
  it('books into the account inside the window, and outside otherwise', () => {
    const ledger = new Ledger();
    ledger.add('up', 'headers', 10, true);
    ledger.add('up', 'headers', 3, false);
    ledger.add('down', 'payload', 5, true);
    expect(ledger.up).toEqual({ ...ZERO, headers: 10, outside: 3 });
    expect(ledger.down).toEqual({ ...ZERO, payload: 5 });
  });

  it('takes all that another holds as outside', () => {
    const [ledger, other] = [new Ledger(), new Ledger()];
    ledger.add('down', 'payload', 5, true);
    other.add('down', 'payload', 30, true);
    other.add('down', 'framing', 4, false);
    other.add('up', 'handshake', 100, true);
    ledger.addOutside(other);
    expect(ledger.up).toEqual({ ...ZERO, outside: 100 });
    expect(ledger.down).toEqual({ ...ZERO, payload: 5, outside: 34 });
  });
});

describe('Tally', () => {
  it('books nothing before it is settled, then all at once, and nothing twice', () => {
    const ledger = new Ledger();
    const tally = new Tally(ledger);
    tally.up('headers', 7);
    tally.down('payload', 2);
    tally.down('framing', 4);
    expect([ledger.up, ledger.down]).toEqual([ZERO, ZERO]);
    tally.settle(true);
    tally.settle(true);
    tally.settle(false);
    expect(ledger.up).toEqual({ ...ZERO, headers: 7 });
    expect(ledger.down).toEqual({ ...ZERO, payload: 2, framing: 4 });
  });

  it('puts what belongs to no exchange outside at once, whatever becomes of the exchange', () => {
    const ledger = new Ledger();
    const tally = new Tally(ledger);
    tally.down('headers', 1);
    tally.discardDown(30);
    expect(ledger.down).toEqual({ ...ZERO, outside: 30 });
    tally.settle(true);
    expect(ledger.down).toEqual({ ...ZERO, headers: 1, outside: 30 });
  });

  it('has every byte in exactly one account', () => {
    const note = fc.record({
      direction: fc.constantFrom('up' as const, 'down' as const),
      account: fc.constantFrom(...accounts),
      bytes: fc.nat({ max: 70_000 }),
    });
    const exchange = fc.record({ notes: fc.array(note, { maxLength: 8 }), inWindow: fc.boolean() });
    fc.assert(
      fc.property(fc.array(exchange, { maxLength: 10 }), (exchanges) => {
        const ledger = new Ledger();
        const tally = new Tally(ledger);
        const expected = { up: { ...ZERO }, down: { ...ZERO } };
        for (const { notes, inWindow } of exchanges) {
          for (const { direction, account, bytes } of notes) {
            tally[direction](account, bytes);
            expected[direction][inWindow ? account : 'outside'] += bytes;
          }
          tally.settle(inWindow);
        }
        expect({ up: ledger.up, down: ledger.down }).toEqual(expected);
      }),
    );
  });
});

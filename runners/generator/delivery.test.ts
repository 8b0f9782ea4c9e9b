import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { heldBytes } from '../wire/testing/memory.ts';
import { type Arrival, DeliveryTracker } from './delivery.ts';

/** The definition, without economy: remember everything. */
class NaiveTracker {
  readonly #seen = new Map<number, number[]>();

  arrived(stream: number, sequence: number): Arrival {
    const seen = this.#seen.get(stream) ?? [];
    this.#seen.set(stream, seen);
    const arrival = seen.includes(sequence)
      ? 'duplicated'
      : seen.some((earlier) => earlier > sequence)
        ? 'reordered'
        : 'new';
    seen.push(sequence);
    return arrival;
  }
}

describe('DeliveryTracker', () => {
  it('says what the definition says, whatever comes', () => {
    const arrivals = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 15 })), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, (sequences) => {
        const tracker = new DeliveryTracker();
        const naive = new NaiveTracker();
        for (const [stream, sequence] of sequences) {
          expect(tracker.arrived(stream, sequence)).toBe(naive.arrived(stream, sequence));
        }
      }),
    );
  });

  it('holds as much as has come, whatever is missing', () => {
    const before = heldBytes();
    const tracker = new DeliveryTracker();
    for (const sequence of [0, 2 ** 40, 2 ** 40 + 2, 2 ** 52]) {
      expect(tracker.arrived(1, sequence)).toBe('new');
    }
    expect(tracker.arrived(1, 2 ** 40 + 1)).toBe('reordered');
    expect(tracker.arrived(1, 2 ** 51)).toBe('reordered');
    expect(tracker.arrived(1, 2 ** 51)).toBe('duplicated');
    expect(heldBytes() - before).toBeLessThan(1 << 20);
  });

  it.each<[string, number[], Arrival[]]>([
    ['in order', [0, 1, 2], ['new', 'new', 'new']],
    ['with a gap', [0, 3, 4], ['new', 'new', 'new']],
    ['twice', [0, 1, 1], ['new', 'new', 'duplicated']],
    ['late, and then once more', [0, 2, 1, 1], ['new', 'new', 'reordered', 'duplicated']],
    ['from behind', [2, 1, 0], ['new', 'reordered', 'reordered']],
  ])('%s', (_, sequences, arrivals) => {
    const tracker = new DeliveryTracker();
    expect(sequences.map((sequence) => tracker.arrived(9, sequence))).toEqual(arrivals);
  });
});

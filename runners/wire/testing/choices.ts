import fc from 'fast-check';

/**
 * Numbers that decide what a generator of test data makes. When they are used up every choice is
 * the first one, so that whatever is made of them comes to an end.
 */
export class Choices {
  readonly #numbers: Uint32Array;
  #at = 0;

  constructor(numbers: Uint32Array) {
    this.#numbers = numbers;
  }

  /** A whole number from 0 to `max`. */
  upTo(max: number): number {
    const number = this.#numbers[this.#at] ?? 0;
    this.#at += 1;
    return number % (max + 1);
  }

  /** One of `options`; the first is the simplest. */
  of<const T>(options: readonly [T, ...T[]]): T {
    return options[this.upTo(options.length - 1)] ?? options[0];
  }

  /** As many of what `make` makes as a choice from 0 to `most` says. */
  several<T>(most: number, make: (choices: Choices) => T): T[] {
    return Array.from({ length: this.upTo(most) }, () => make(this));
  }

  /** Random bytes, `most` of them or fewer. */
  bytes(most: number): Buffer {
    return Buffer.from(this.several(most, () => this.upTo(255)));
  }
}

/**
 * What `make` makes of random choices. One array of numbers costs 5 µs where arbitraries composed
 * to the same shape cost 50 to 300, and it shrinks as well: fewer and smaller numbers make a
 * shorter and simpler message.
 */
export function made<T>(make: (choices: Choices) => T): fc.Arbitrary<T> {
  return fc.uint32Array({ maxLength: 80, size: 'max' }).map((numbers) => make(new Choices(numbers)));
}

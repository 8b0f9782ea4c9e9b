/** A source of uniform numbers in [0, 1). */
export type Random = () => number;

/**
 * A seeded generator of uniform numbers (sfc32: Doty-Humphrey's Small Fast Counting generator,
 * PractRand), so that a plan is the same wherever it is computed.
 *
 * @param seed what to start from; each part matters, so `randomFrom(seed, 'poll', 7)` is a
 *   stream of its own.
 */
export function randomFrom(...seed: readonly (number | string)[]): Random {
  const text = seed.join('\u0000');
  let a = fnv1a(text, 0x811c9dc5);
  let b = fnv1a(text, a ^ 0x9e3779b9);
  let c = fnv1a(text, b ^ 0x85ebca6b);
  let counter = 1;
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  // The first outputs still show the seed; PractRand discards as many.
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

/** A whole number below `below`. */
export function pick(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** A shuffled copy: sorted by a random key each. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const keyed = items.map((item) => ({ item, key: random() }));
  return keyed.sort((left, right) => left.key - right.key).map(({ item }) => item);
}

/** FNV-1a over UTF-16 code units, 32 bits. */
function fnv1a(text: string, basis: number): number {
  let hash = basis | 0;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}

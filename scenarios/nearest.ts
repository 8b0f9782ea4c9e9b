import { closest, distance } from 'fastest-levenshtein';

/**
 * The end of an error message about an unknown word: the known word that was probably meant, or,
 * where none is near, all of them.
 *
 * @param known at least one word.
 */
export function suggest(word: string, known: readonly string[]): string {
  const best = closest(word, known);
  const near = distance(word, best) <= Math.max(2, word.length / 2);
  return near ? `did you mean "${best}"?` : `use one of ${known.join(', ')}`;
}

import { closest, distance } from 'fastest-levenshtein';

/** No known word is nearly as long: a longer one, from a file, is compared by its beginning. */
const COMPARED = 100;

/**
 * The end of an error message about an unknown word: the known word that was probably meant, or,
 * where none is near, all of them.
 *
 * @param known at least one word.
 */
export function suggest(word: string, known: readonly string[]): string {
  const best = closest(word.slice(0, COMPARED), known);
  const near = distance(word.slice(0, COMPARED), best) <= Math.max(2, Math.min(word.length, COMPARED) / 2);
  return near ? `did you mean "${best}"?` : `use one of ${known.join(', ')}`;
}

import { beginningOf } from '../../servers/secrets.ts';

/** More kinds of fault than this are counted as one: reasons may come from outside. */
const MAX_KINDS = 50;

/** So much of a reason is kept. */
const MAX_CHARS = 500;

/** What went wrong, counted by its reason. */
export class Faults {
  readonly #counts = new Map<string, number>();

  add(reason: string): void {
    const short = beginningOf(reason, MAX_CHARS);
    const known = this.#counts.has(short) || this.#counts.size < MAX_KINDS;
    const kind = known ? short : 'other faults';
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
  }

  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

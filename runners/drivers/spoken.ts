import type { Dialect } from '../../servers/dialect.ts';

/** What a dialect has for a transport or an exchange. A trial without it is skipped before it gets here. */
export function spoken<K extends keyof Dialect>(dialect: Dialect, what: K): NonNullable<Dialect[K]> {
  const words = dialect[what];
  if (words === undefined) throw new Error(`the server's dialect has no words for ${what}`);
  return words as NonNullable<Dialect[K]>;
}

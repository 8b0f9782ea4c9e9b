import { beginningOf, withoutSecrets } from '../../secrets.ts';
import { Broken } from '../verdict.ts';

/** How long a server may take for anything that it should do at once, in milliseconds. */
export const AT_ONCE_MS = 2_000;

/** How long to look out for something that should not come, in milliseconds. */
export const QUIET_MS = 200;

/**
 * Waits for a promise, but not for ever.
 *
 * @param what completes the sentence "no … within 2000 ms"
 * @throws Broken when the time is over, or what `late` makes of that; whatever the promise rejects with
 */
export async function within<T>(
  limitMs: number,
  what: string,
  promise: Promise<T>,
  late: (message: string) => Error = (message) => new Broken(message),
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late(`no ${what} within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** A pause. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Text as evidence: quoted, without secrets, and cut where it is long. */
export function quoted(text: string): string {
  const json = JSON.stringify(beginningOf(text, 120));
  return withoutSecrets(text).length > 120 ? `${json}… (${text.length} characters)` : json;
}

import type { Random } from '../../scenarios/random.ts';
import type { Reconnect } from '../../scenarios/schema.ts';

/**
 * How long to wait before an attempt to connect, in microseconds: uniform from 0 to a limit that
 * doubles with every attempt that failed. The first wait is drawn too, since what broke one
 * connection broke many, and they must not all come back at the same instant.
 *
 * Source: "full jitter" of M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog,
 * 2015, which gets many clients back with the least work for the server.
 *
 * @param failed attempts that have failed since the connection was there.
 */
export function backoffUs({ afterMs, upToMs }: Reconnect, failed: number, random: Random): number {
  return random() * Math.min(upToMs, afterMs * 2 ** failed) * 1e3;
}

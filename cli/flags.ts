import { suggest } from '../scenarios/nearest.ts';
import { isTransport, TRANSPORTS, type Transport } from '../servers/contract.ts';
import { UsageError } from './exit.ts';

/**
 * The values of flags, from text. yargs would read `--trials x` as NaN and `--trials ''` as 0, so
 * every flag with a value is a string there and is read here.
 */

/**
 * A number such as `12`, `0.5` or `1e6`.
 *
 * @throws UsageError if `text` is not one.
 */
export function numberFlag(flag: string, text: string): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) throw new UsageError(`--${flag} needs a number, not ${JSON.stringify(text)}`);
  return value;
}

/**
 * A whole number from `least` to `most`.
 *
 * @throws UsageError if `text` is not one.
 */
export function wholeFlag(flag: string, text: string, least: number, most: number): number {
  const value = numberFlag(flag, text);
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new UsageError(`--${flag} needs a whole number from ${least} to ${most}, not ${text}`);
  }
  return value;
}

const UNIT_MS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/**
 * A length of time such as `500ms`, `10s`, `1.5m` or `1h`, in milliseconds.
 *
 * @throws UsageError if `text` is not one; a bare number is refused, since it could be seconds or milliseconds.
 */
export function durationFlag(flag: string, text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  const unitMs = UNIT_MS.get(unit ?? '');
  if (amount === undefined || unitMs === undefined) {
    throw new UsageError(
      `--${flag} needs a time with its unit, such as 10s or 500ms, not ${JSON.stringify(text)}`,
    );
  }
  return Number(amount) * unitMs;
}

/**
 * Transports, separated by commas or given one by one, in the order of the contract.
 *
 * @throws UsageError for a name that is no transport.
 */
export function transportsFlag(values: readonly string[]): Transport[] {
  const names = values.flatMap((value) => value.split(',')).map((name) => name.trim());
  const strange = names.find((name) => !isTransport(name));
  if (strange !== undefined) {
    throw new UsageError(
      `--transports: there is no transport ${JSON.stringify(strange)}; ${suggest(strange, TRANSPORTS)}`,
    );
  }
  return TRANSPORTS.filter((transport) => names.includes(transport));
}

import { CHANNEL_PATTERN } from '../contract.ts';
import { Refusal } from './refusal.ts';

/** The longest `wait` that a timer of Node can hold, 24.8 days. */
const MAX_WAIT_MS = 2 ** 31 - 1;

/**
 * The `channel` of a request.
 *
 * @throws Refusal 400
 */
export function channelIn(query: URLSearchParams): string {
  const channel = query.get('channel');
  if (channel === null) throw new Refusal(400, 'the parameter "channel" is missing');
  if (!CHANNEL_PATTERN.test(channel)) {
    throw new Refusal(400, 'the parameter "channel" must be 1 to 64 of A-Z a-z 0-9 _ -');
  }
  return channel;
}

/**
 * The cursor that a request continues from; `null` if it has none.
 *
 * @throws Refusal 400
 */
export function afterIn(query: URLSearchParams): number | null {
  const after = query.get('after');
  return after === null ? null : wholeNumber('the parameter "after"', after, Number.MAX_SAFE_INTEGER);
}

/**
 * How long a long-poll may be held, in milliseconds.
 *
 * @throws Refusal 400
 */
export function waitIn(query: URLSearchParams): number {
  const wait = query.get('wait');
  if (wait === null) throw new Refusal(400, 'the parameter "wait" is missing: milliseconds to hold the poll');
  return wholeNumber('the parameter "wait"', wait, MAX_WAIT_MS);
}

/**
 * Reads a decimal integer.
 *
 * @throws Refusal 400 that names `what`
 */
export function wholeNumber(what: string, text: string, max: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > max) {
    throw new Refusal(400, `${what} must be a decimal integer from 0 to ${max}`);
  }
  return value;
}

import { z } from 'zod';
import { headerBytes } from './header-fields.ts';

/** Node's servers, the reference server among them, answer 431 to a head of more than 16 KiB. */
const MAX_HEADER_BYTES = 15 * 1024;

/** RFC 9110 §5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** RFC 9110 §5.5, without the octets beyond ASCII that it calls obsolete. */
const FIELD_VALUE = /^([!-~]([\t -~]*[!-~])?)?$/;

/** Fields that a scenario may not set, and why: the first that fits is said. */
const REFUSED: readonly (readonly [names: RegExp, reason: string])[] = [
  [/^sec-websocket-extensions$/, 'is what "compression" asks for; remove it and set that'],
  [
    /^(host|connection|upgrade|content-length|last-event-id|sec-websocket-.*)$/,
    'is written by the harness; remove it',
  ],
  [/^(transfer-encoding|te|trailer|expect)$/, 'would change how a request is framed; remove it'],
  [/^(range|if-.*)$/, 'would ask for something other than the whole answer; remove it'],
];

/** Fields by name. A value may be empty, and has no white space at its ends. */
const fields = z
  .record(
    z.string(),
    z.string().regex(FIELD_VALUE, 'must be visible ASCII, with spaces and tabs only between (RFC 9110 §5.5)'),
  )
  .superRefine((fields, context) => {
    const refuse = (path: readonly string[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message });
    const seen = new Set<string>();
    for (const name of Object.keys(fields)) {
      const lowerCase = name.toLowerCase();
      const [, reason] = REFUSED.find(([names]) => names.test(lowerCase)) ?? [];
      if (!TOKEN.test(name)) refuse([name], 'is not the name of a field (RFC 9110 §5.6.2)');
      else if (reason !== undefined) refuse([name], reason);
      else if (seen.has(lowerCase)) refuse([name], 'is there twice; capitals make no difference');
      seen.add(lowerCase);
    }
    const bytes = headerBytes(fields);
    if (bytes > MAX_HEADER_BYTES)
      refuse([], `must be at most ${MAX_HEADER_BYTES} B together, not ${bytes} B`);
  });

/** Further header fields of every request that clients make. */
export const headers = z
  .union([z.enum(['minimal', 'browser']), fields])
  .default({})
  .describe(
    'Header fields added to every request of the clients, upgrades included; never the publisher\'s. minimal: none. browser: those of a recorded Chromium with three cookies. "Accept" of an event stream stays what it is.',
  );

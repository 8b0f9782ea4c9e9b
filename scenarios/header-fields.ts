import { BROWSER_HEADERS } from './browser-headers.ts';

/** Length of header fields on the wire: for each, a colon, a space and a line end beside name and value. */
export function headerBytes(fields: Readonly<Record<string, string>>): number {
  return Object.entries(fields).reduce((sum, [name, value]) => sum + name.length + value.length + 4, 0);
}

/** What a request is made for: a browser says different things about each. */
export type RequestKind = keyof typeof BROWSER_HEADERS;

/**
 * The header fields that a scenario adds to a request.
 *
 * @param origin of the server, such as `http://127.0.0.1:8080`; a browser's page is of the same.
 */
export function fieldsOf(
  asked: 'minimal' | 'browser' | Readonly<Record<string, string>>,
  kind: RequestKind,
  origin: string,
): Readonly<Record<string, string>> {
  if (asked === 'minimal') return {};
  if (asked !== 'browser') return asked;
  const recorded = Object.entries(BROWSER_HEADERS[kind]);
  return Object.fromEntries(recorded.map(([name, value]) => [name, value.replace('{origin}', origin)]));
}

/** The server at the other end, and what every client of it does. */
export interface Peer {
  readonly origin: URL;
  /** Added to every request, with all values filled in. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether its certificate is checked, where it has one. */
  readonly verify: boolean;
}

/** The head of a request as it goes out, with its blank line. */
export function headOf(
  { origin, headers }: Peer,
  method: 'GET' | 'POST',
  target: string,
  fields: Readonly<Record<string, string>> = {},
): string {
  const lines = Object.entries({ Host: origin.host, ...headers, ...fields }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return `${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`;
}

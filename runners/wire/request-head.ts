/** Header fields by name, in the order in which they go out. */
export type HeaderFields = Readonly<Record<string, string>>;

/**
 * The heads of one client's requests (RFC 9112 §2.1 and §5), one byte a character. What all of them
 * have in common is put together once: a client makes thousands.
 */
export class RequestHead {
  readonly #common: string;

  /**
   * @param host value of the `Host` field.
   * @param own what this kind of request needs beside it.
   * @param further what the scenario adds; a field that is among the own ones keeps its own value.
   */
  constructor(host: string, own: HeaderFields, further: HeaderFields) {
    const taken = new Set(Object.keys(own).map((name) => name.toLowerCase()));
    const added = Object.entries(further).filter(([name]) => !taken.has(name.toLowerCase()));
    const fields = [['Host', host], ...Object.entries(own), ...added] as const;
    this.#common = fields.map(([name = '', value = '']) => fieldLine(name, value)).join('');
  }

  /**
   * One request's head.
   *
   * @param path path and query.
   * @param single the lines of fields that only this request has, each from {@link fieldLine}.
   */
  of(method: 'GET' | 'POST' | 'PUT', path: string, single = ''): string {
    return `${method} ${path} HTTP/1.1\r\n${this.#common}${single}\r\n`;
  }
}

/** One header field with its line end. */
export function fieldLine(name: string, value: string | number): string {
  return `${name}: ${value}\r\n`;
}

/** Several header fields, each with its line end. */
export function fieldLines(fields: HeaderFields): string {
  let lines = '';
  for (const name in fields) lines += fieldLine(name, fields[name] ?? '');
  return lines;
}

/** What tells the server whether another request will follow on the connection (RFC 9112 §9.6). */
export function connectionFields(reuse: boolean): HeaderFields {
  return reuse ? {} : { Connection: 'close' };
}

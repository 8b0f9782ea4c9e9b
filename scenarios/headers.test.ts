import { describe, expect, it } from 'vitest';
import { fieldsOf, headerBytes } from './header-fields.ts';
import { parseScenario, ScenarioError } from './parse.ts';

/** What is wrong with header fields, or which of them there are. */
function headersOf(headers: unknown): unknown {
  const idle = { name: 'x', question: 'What?', workload: { kind: 'idle' }, connections: 1, headers };
  try {
    return parseScenario(idle, 'x.json').headers;
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
}

describe('the header fields of a scenario', () => {
  it('are none unless there are some', () => {
    expect(headersOf(undefined)).toEqual({});
  });

  it.each([
    ['a browser', { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)', Accept: '*/*', Cookie: 'a=1; b="2"' }],
    ['every character of a token', { "!#$%&'*+-.^_`|~09AZaz": 'x' }],
    ['nothing, one character, and a tab within', { A: '', B: '~', C: 'a\tb' }],
    ['what only looks like a refused one', { Hosts: 'x', 'X-Connection': 'x', Iffy: 'x' }],
  ])('may be those of %s', (_, fields) => {
    expect(headersOf(fields)).toEqual(fields);
  });

  it.each([
    ['a name with a space', { 'User Agent': 'x' }, 'headers["User Agent"] is not the name of a field'],
    ['a name with a colon', { 'Cookie:': 'x' }, 'headers["Cookie:"] is not the name of a field'],
    ['no name', { '': 'x' }, 'is not the name of a field'],
    ['a line end', { Cookie: 'a\r\nHost: b' }, 'headers.Cookie must be visible ASCII'],
    ['a lone line feed', { Cookie: 'a\n' }, 'headers.Cookie must be visible ASCII'],
    ['a letter beyond ASCII', { Cookie: 'ä' }, 'headers.Cookie must be visible ASCII'],
    ['a space at the end', { Cookie: 'a ' }, 'headers.Cookie must be visible ASCII'],
    ['a number', { Age: 7 }, 'headers.Age must be a text, not 7'],
    ['no object', 'firefox', 'headers must be "minimal", "browser" or an object, not "firefox"'],
    ['Host', { Host: 'x' }, 'headers.Host is written by the harness'],
    ['Connection, in any case', { CONNECTION: 'close' }, 'headers.CONNECTION is written by the harness'],
    ['a WebSocket field', { 'Sec-WebSocket-Protocol': 'x' }, 'is written by the harness'],
    ['an extension', { 'Sec-WebSocket-Extensions': 'permessage-deflate' }, 'is what "compression" asks for'],
    ['Transfer-Encoding', { 'Transfer-Encoding': 'chunked' }, 'would change how a request is framed'],
    ['Expect', { Expect: '100-continue' }, 'would change how a request is framed'],
    ['a condition', { 'If-None-Match': '"1"' }, 'would ask for something other than the whole answer'],
    ['the same field twice', { Cookie: 'a', cookie: 'b' }, 'headers.cookie is there twice'],
    // 4 + 4 + 15,353 is one more than 15 × 1,024.
    ['too many bytes', { Long: 'x'.repeat(15_353) }, 'headers must be at most 15360 B together, not 15361 B'],
  ])('refuses %s', (_, fields, expected) => {
    expect(headersOf(fields)).toContain(expected);
  });

  it('are as long as their lines', () => {
    expect(headerBytes({ A: '', Cookie: 'a=1' })).toBe('A: \r\nCookie: a=1\r\n'.length);
  });
});

describe('the header fields of a request', () => {
  const origin = 'https://[::1]:8443';

  it('are those of the scenario, or none', () => {
    expect(fieldsOf('minimal', 'poll', origin)).toEqual({});
    expect(fieldsOf({ A: 'b' }, 'post', origin)).toEqual({ A: 'b' });
    expect([headersOf('minimal'), headersOf('browser')]).toEqual(['minimal', 'browser']);
  });

  it.each(['poll', 'post', 'stream', 'upgrade'] as const)(
    'of a browser, for a %s: what was recorded, for this origin',
    (kind) => {
      const recorded = fieldsOf('browser', kind, origin);
      // What a scenario may not have, a recording has not either.
      expect(headersOf(recorded)).toEqual(recorded);
      expect(recorded['Cookie']).toContain('session=');
      expect(recorded['Origin'] ?? recorded['Referer']).toMatch(/^https:\/\/\[::1\]:8443\/?$/);
    },
  );
});

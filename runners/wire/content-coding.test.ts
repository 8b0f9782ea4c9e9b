import { expect, it } from 'vitest';
import { keepSecrets } from '../../servers/secrets.ts';
import { isGzip } from './content-coding.ts';
import { ResponseHeaders } from './response-head.ts';

const saying = (coding: string) => () =>
  isGzip(new ResponseHeaders(`HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\n\r\n`));

it('takes gzip by both of its names, in any case, and refuses what was not asked for, as it was said', () => {
  expect(['gzip', 'X-GZip', 'Identity'].map((coding) => saying(coding)())).toEqual([true, true, false]);
  expect(saying('Br')).toThrow('the content coding is "Br", and gzip was asked for');
});

it('quotes no secret that a server sends back, nor a part of one', () => {
  const token = 'Tok-5F4dcc3b'.repeat(27);
  keepSecrets({ Authorization: `Bearer \${ENV:TOKEN}` }, { TOKEN: token });
  const shown = `the content coding is "Bearer \${ENV:TOKEN}", and gzip was asked for`;
  expect(saying(`Bearer ${token}`)).toThrow(shown);
  expect(saying(`Bearer ${token.toLowerCase()}`)).toThrow(shown);
});

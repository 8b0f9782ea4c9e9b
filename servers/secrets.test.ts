import { describe, expect, it } from 'vitest';
import { beginningOf, filledIn, headerProblem, keepSecrets, withoutSecrets } from './secrets.ts';

const ENVIRONMENT = { API_TOKEN: 's3cret-value', BROKEN: 's3cret\r\nX: y', EMPTY: '' };

describe('headers of a server file', () => {
  it('have the values of the environment where they refer to it, and are otherwise as they are', () => {
    const templates = {
      Authorization: `Bearer \${ENV:API_TOKEN}`,
      'X-Twice': `\${ENV:API_TOKEN}\${ENV:API_TOKEN}`,
      A: 'b',
    };
    expect(filledIn(templates, ENVIRONMENT)).toEqual({
      Authorization: 'Bearer s3cret-value',
      'X-Twice': 's3cret-values3cret-value',
      A: 'b',
    });
  });

  it.each([
    [`\${ENV:MISSING}`, /refers to MISSING, which the environment does not have/],
    [`\${ENV:EMPTY}`, /refers to EMPTY, which the environment does not have/],
    [`\${ENV:BROKEN}`, /refers to BROKEN, whose value no header field can have/],
    ['s3cret\n', /must be visible ASCII/],
  ])('%j is refused without a word of any value', (template, problem) => {
    expect(headerProblem(template, ENVIRONMENT)).toMatch(problem);
    expect(headerProblem(template, ENVIRONMENT)).not.toContain('s3cret');
    expect(() => filledIn({ Authorization: template }, ENVIRONMENT)).toThrow(
      /^the server's header "Authorization" /,
    );
  });

  it('are taken out of what a server says, the longest first', () => {
    keepSecrets(
      { A: `Bearer \${ENV:API_TOKEN}`, B: `\${ENV:SHORT}\${ENV:EMPTY}`, C: 'plain' },
      { ...ENVIRONMENT, SHORT: 's3cret' },
    );
    expect(withoutSecrets('no s3cret-value, no s3cret, and plain')).toBe(
      `no \${ENV:API_TOKEN}, no \${ENV:SHORT}, and plain`,
    );
  });

  it('are taken out before anything is cut, in any case, whatever is in them', () => {
    const [long, odd] = ['t0ken-'.repeat(54), 'a"\\$&(.*)b'];
    keepSecrets({ A: `Bearer \${ENV:LONG}`, B: `\${ENV:ODD}` }, { LONG: long, ODD: odd });
    expect(beginningOf(`no Bearer ${long}!`, 25)).toBe(`no Bearer \${ENV:LONG}!`);
    expect(withoutSecrets(`${long.toUpperCase()} ${odd}`)).toBe(`\${ENV:LONG} \${ENV:ODD}`);
  });

  it('are credentials by themselves too, where a value has their scheme', () => {
    keepSecrets({ Authorization: `\${ENV:WHOLE}` }, { WHOLE: 'Basic dXNlcjpwYXNz' });
    expect(withoutSecrets('Basic dXNlcjpwYXNz, or dXNlcjpwYXNz')).toBe(`\${ENV:WHOLE}, or \${ENV:WHOLE}`);
  });
});

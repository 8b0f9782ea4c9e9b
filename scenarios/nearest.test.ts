import { describe, expect, it } from 'vitest';
import { suggest } from './nearest.ts';

describe('suggest', () => {
  it.each([
    ['poison', ['constant', 'poisson'], 'did you mean "poisson"?'],
    ['conections', ['name', 'connections'], 'did you mean "connections"?'],
    ['long-pol', ['polling', 'long-polling'], 'did you mean "long-polling"?'],
    ['zzzzzz', ['name', 'connections'], 'use one of name, connections'],
  ])('for %s of %j', (word, known, expected) => {
    expect(suggest(word, known)).toBe(expected);
  });
});

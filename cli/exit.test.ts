import { describe, expect, it } from 'vitest';
import { ScenarioError } from '../scenarios/parse.ts';
import { describeError, exitCodeOf, UsageError } from './exit.ts';

describe('exitCodeOf', () => {
  it.each([
    ['a usage error', new UsageError('x'), 2],
    ['a wrong scenario', new ScenarioError('x', []), 2],
    ['a bug', new TypeError('x'), 1],
    ['a system error that no room explained', Object.assign(new Error('x'), { code: 'ENOENT' }), 1],
    ['something thrown that is no error', 'x', 1],
  ])('of %s', (_, error, exit) => {
    expect(exitCodeOf(error)).toBe(exit);
  });
});

describe('describeError', () => {
  it('trusts a known error to say all', () => {
    expect(describeError(new UsageError('say this'), false)).toBe('say this');
  });

  it.each([new Error('odd'), 'odd'])('says of another one how to see more', (error) => {
    expect(describeError(error, false)).toBe('internal error: odd (WIREBENCH_DEBUG=1 shows where)');
  });

  it('shows the stack for debugging', () => {
    expect(describeError(new UsageError('say this'), true)).toMatch(/^UsageError: say this\n {4}at /);
  });
});

import { describe, expect, it } from 'vitest';
import { CHECKS, checkResults } from './checks.ts';
import { WARNING_CODES, type Warning } from './results/schema.ts';
import { summarise } from './summary.ts';
import { completed, measurements, results, trial } from './testing/results.ts';

function resultsOf(...warnings: readonly (readonly Warning[])[]) {
  const messages = { ...measurements().messages, expected: 1_000, received: 998, lost: 2 };
  const trials = warnings.map((each, block) =>
    trial({ block, outcome: completed(measurements({ messages }), each) }),
  );
  const [arm] = summarise(results(trials))[0]?.arms ?? [];
  return arm === undefined ? [] : checkResults(arm);
}

const lost = (level: Warning['level']): Warning => ({ code: 'lost', level, message: 'm' });

describe('checkResults', () => {
  it('has every kind of warning once, by its own title', () => {
    expect(CHECKS.map(({ code }) => code)).toEqual(WARNING_CODES);
    expect(new Set(CHECKS.map(({ title }) => title)).size).toBe(WARNING_CODES.length);
  });

  it('has the worst level, how many trials are warned of, and what all of them show', () => {
    const found = resultsOf([lost('invalid')], [lost('doubtful')], []).find(
      ({ check }) => check.code === 'lost',
    );
    expect(found).toMatchObject({ standing: 'invalid', warned: 2, of: 3, evidence: '6 of 3,000' });
  });

  it('shows evidence also where nothing is wrong, and none where there is none', () => {
    const found = resultsOf([]);
    const of = (code: string) => found.find(({ check }) => check.code === code);
    expect(of('lost')).toMatchObject({ standing: 'valid', warned: 0, evidence: '2 of 1,000' });
    expect(of('stolen-cpu')).toMatchObject({ standing: 'valid', evidence: null });
    expect(of('late-generator')).toMatchObject({ standing: 'valid', evidence: null });
  });

  it('has nothing of an arm without a completed trial', () => {
    const [arm] = summarise(results([trial({ outcome: { status: 'skipped', reason: 'r' } })]))[0]?.arms ?? [];
    expect(arm === undefined ? null : checkResults(arm)).toEqual([]);
  });
});

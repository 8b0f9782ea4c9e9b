import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUILTIN_NAMES, builtin } from './builtin.ts';
import { parseScenario, ScenarioError } from './parse.ts';
import { mutatedText, mutations, pathsOf } from './testing/mutations.ts';

const SCENARIOS = [
  ...BUILTIN_NAMES.flatMap(builtin),
  { ...builtin('chat')[0], link: { rttMs: 10, events: [{ kind: 'stall', atMs: 1, forMs: 1 }] } },
].map((scenario) => ({ scenario, paths: pathsOf(scenario) }));

describe('parseScenario', () => {
  it('takes what a careless hand leaves of a scenario, or says in plain lines what is wrong', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SCENARIOS), mutations, ({ scenario, paths }, changes) => {
        const text = mutatedText(scenario, paths, changes);
        fc.pre(text !== '');
        try {
          const parsed = parseScenario(JSON.parse(text), 'x.json');
          // Everything is filled in: it is its own complete form.
          expect(parseScenario(parsed, 'again')).toEqual(parsed);
        } catch (error) {
          if (!(error instanceof ScenarioError)) throw error;
          for (const line of error.message.split('\n')) {
            expect(line).toMatch(
              /^x\.json: (?:\S+ )?(?:must be |is missing; |cannot be |is not a known key; |(?:"one" )?needs |with).{2,600}$/,
            );
          }
        }
      }),
    );
  });
});

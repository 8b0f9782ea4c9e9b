import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutatedText, mutations, pathsOf } from '../../scenarios/testing/mutations.ts';
import { parseResults, ResultsFileError } from './read.ts';
import { smallFile } from './testing/small-file.ts';

/** A file for each way in which a trial can end. */
const FILES = smallFile().trials.map((trial) => {
  const file = { ...smallFile(), trials: [trial] };
  return { file, text: JSON.stringify(file), paths: pathsOf(file) };
});

/** Reads it, or fails with one plain line that says where and what to do. */
function expectReadOrRefused(text: string): void {
  try {
    parseResults(text, 'r.json');
  } catch (error) {
    if (!(error instanceof ResultsFileError)) throw error;
    expect(error.message).toMatch(/^r\.json: [^\n\r\u2028]{2,500}; (?:take|read|name|measure) [^\n\r]+$/);
    expect(error.message).not.toMatch(/Invalid input/);
  }
}

describe('parseResults', () => {
  it('reads what a careless hand leaves of a file, or says in one line what is wrong', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FILES), mutations, ({ file, paths }, changes) => {
        expectReadOrRefused(mutatedText(file, paths, changes));
      }),
    );
  });

  it('reads what a broken disk leaves of a file, or says in one line what is wrong', () => {
    const character = fc.nat({ max: 0x7f });
    const changes = fc.array(fc.tuple(fc.nat({ max: 5_000 }), fc.nat({ max: 3 }), character), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.constantFrom(...FILES), changes, ({ text: whole }, all) => {
        const damaged = all.reduce((text, [where, removed, code]) => {
          const at = where % text.length;
          const cut = removed === 3 && code < 16;
          return text.slice(0, at) + String.fromCharCode(code) + (cut ? '' : text.slice(at + removed));
        }, whole);
        expectReadOrRefused(damaged);
      }),
    );
  });
});

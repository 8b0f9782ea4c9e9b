import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSavedRun } from './saved-run.ts';
import { search, searchResults } from './testing/searches.ts';

it.each([
  ['foo<=1', 'there is no metric "foo"; '],
  ['nonsense', '"nonsense" is no objective; '],
])('names the file and the field of the objective %s', async (objective, reason) => {
  const folder = mkdtempSync(join(tmpdir(), 'wirebench-saved-'));
  try {
    const path = join(folder, 'results.json');
    const results = searchResults(search('sse'));
    writeFileSync(path, JSON.stringify(results));
    expect((await readSavedRun(path)).results).toEqual(results);
    const broken = { ...search('sse'), objectives: ['messages.lost<=0', objective] };
    writeFileSync(path, JSON.stringify(searchResults(search('sse'), broken)));
    await expect(readSavedRun(path)).rejects.toMatchObject({
      code: 'RESULTS_FIELD',
      field: 'capacities[1].objectives[1]',
      message: expect.stringContaining(reason),
    });
    await expect(readSavedRun(path)).rejects.toThrow(`${path}: capacities[1].objectives[1] "${objective}"`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../docs/truth.mjs', import.meta.url));
const PAGE = '<!-- npm run truth -->\n\nold\n\n<!-- /npm run truth -->\n';

/** Writes the table of these numbers into a page of its own. */
function write(numbers: readonly number[]) {
  const folder = mkdtempSync(join(tmpdir(), 'wirebench-truth-'));
  try {
    mkdirSync(join(folder, 'docs'));
    copyFileSync(SCRIPT, join(folder, 'docs/truth.mjs'));
    writeFileSync(join(folder, 'BENCHMARKS.md'), PAGE);
    const truths = numbers.map((no) => ({ no, what: `truth ${no}`, expected: '1 B', measured: '1 B' }));
    const assertionResults = [{ status: 'passed', meta: { truths } }];
    const testResults = [{ name: '/dist/a.test.js', assertionResults }];
    writeFileSync(join(folder, 'j.json'), JSON.stringify({ testResults }));
    const { status, stderr } = spawnSync(
      process.execPath,
      ['docs/truth.mjs', '--write', '--from', 'j.json'],
      { cwd: folder, encoding: 'utf8', timeout: 20_000 },
    );
    return { status, stderr, page: readFileSync(join(folder, 'BENCHMARKS.md'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('writes the table of all, and nothing where one was not measured', () => {
  const all = Array.from({ length: 22 }, (_, index) => index + 1);
  const whole = write(all);
  expect(whole).toMatchObject({ status: 0, stderr: '' });
  expect(whole.page).toMatch(/\| 22 +\| truth 22 +\| 1 B +\| 1 B +\| `a\.test\.ts` \|/);

  const part = write(all.filter((no) => no !== 4));
  expect(part).toMatchObject({ status: 1, page: PAGE });
  expect(part.stderr).toContain('No test that passed has measured 4.');
});

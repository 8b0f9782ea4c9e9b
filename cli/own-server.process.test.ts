import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readResults } from '../reports/results/read.ts';

/** The README's section on measuring one's own server, done as it says, in a folder of its own. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const [, rest = ''] = (await readFile(join(root, 'README.md'), 'utf8')).split(
  '\n## Measuring your own server\n',
);
const [section = ''] = rest.split('\n### ');
const blocks = [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, body = '']) => ({
  language,
  body,
}));
const commands = blocks
  .filter(({ language }) => language === 'sh')
  .flatMap(({ body }) => body.trim().split('\n'));

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wirebench-own-server-'));
  const modules = join(folder, 'node_modules');
  await mkdir(modules);
  await symlink(
    dirname(createRequire(import.meta.url).resolve('express/package.json')),
    join(modules, 'express'),
  );
  await symlink(root, join(modules, 'wirebench'));
  for (const { language, body } of blocks) {
    const [, name] = /^\/\/ (\S+)\n/.exec(body) ?? [];
    if (language === 'js' && name !== undefined) await writeFile(join(folder, name), body);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs one of the section's commands; this package is the `wirebench` that they mean. */
function wirebench(line: string, ...more: string[]) {
  const [npx, program, ...words] = line.split(' ');
  expect([npx, program]).toEqual(['npx', 'wirebench']);
  return promisify(execFile)(process.execPath, [join(root, 'dist/cli/bin.js'), ...words, ...more], {
    cwd: folder,
  });
}

describe('measuring your own server', () => {
  const [verify = '', run = '', ...others] = commands;

  it('is two files and two commands', () => {
    expect([verify.includes('verify'), run.includes('run'), others]).toEqual([true, true, []]);
  });

  it('finds that the app keeps what its adapter says', async () => {
    const { stdout } = await wirebench(verify);
    expect(stdout).toMatch(/ 0 broken/);
    expect(stdout).toContain('sse delivers 50 frames of a channel');
  });

  it('comes to a first valid number', { retry: 2 }, async () => {
    await wirebench(run, '--out', 'results', '--no-ceiling');
    const { trials } = await readResults(join(folder, 'results/results.json'));
    expect(trials.map(({ server }) => server).toSorted()).toEqual(['mine', 'reference']);
    for (const { outcome } of trials)
      expect(outcome).toMatchObject({ status: 'completed', validity: 'valid' });
  });
});

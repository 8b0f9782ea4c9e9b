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

/** The same, where it may end with another code than 0. */
async function ended(line: string, ...more: string[]) {
  return wirebench(line, ...more).then(
    ({ stdout }) => ({ code: 0, out: stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, out: stdout }),
  );
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

// A stall of the machine makes a trial invalid, and then there is no verdict.
describe('gating it, by the files that init writes', { retry: 2 }, () => {
  const SHORT = ['--connections', '5', '--duration', '300ms', '--seed', '1', '--out', 'check'];
  const BYTES = ['--gate', 'bytes.perMessage <= +1%'];
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });

  it('passes what is the same, and catches what is heavier than its commit', async () => {
    await rm(join(folder, '.git'), { recursive: true, force: true });
    await writeFile(join(folder, '.gitignore'), 'node_modules\ncheck\nresults\n');
    await wirebench('npx wirebench init', '--force');
    const config = join(folder, 'wirebench.config.mjs');
    const written = await readFile(config, 'utf8');
    const modules = join(folder, 'node_modules');
    // What a user changes; the build stands in for `npm ci`, which needs a network.
    await writeFile(
      config,
      written
        .replace("server: './server.json',", "server: './mine.mjs',")
        .replace("// build: 'npm ci && npm run build',", `build: 'ln -s "${modules}" node_modules',`),
    );
    await git('init', '--quiet', '--initial-branch', 'main');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'gate it');

    const same = await ended('npx wirebench check --base-server mine.mjs', ...SHORT, ...BYTES);
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('pass: 1 gate')]);
    // The app has SSE alone, and nobody asked for more.
    expect(same.out).toContain('steady · websocket is not measured: neither side has it');

    const app = await readFile(join(folder, 'app.mjs'), 'utf8');
    await writeFile(join(folder, 'app.mjs'), app.replace('{ text:', '{ more: "0123456789", text:'));
    const heavier = await ended('npx wirebench check --base-ref main', ...SHORT, ...BYTES);
    await writeFile(join(folder, 'app.mjs'), app);
    expect([heavier.code, heavier.out.replaceAll(/\s+/g, ' ')]).toEqual([
      20,
      expect.stringMatching(
        /^\.?\/?mine\.mjs \(working tree, not built here\) against \.?\/?mine\.mjs at main .* regressed: steady · sse · bytes\.perMessage/,
      ),
    ]);
  });
});

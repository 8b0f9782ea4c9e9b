import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BaselineError, type BaselineOptions, checkOutBaseline } from './worktree.ts';

let root = '';
let temporary = '';
const before = process.env['TMPDIR'];

/** A repository whose only commit has `version` 1, and whose working tree has 2. */
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'wirebench-repository-'));
  temporary = mkdtempSync(join(tmpdir(), 'wirebench-temporary-'));
  process.env['TMPDIR'] = temporary;
  git('init', '--quiet', '--initial-branch', 'main');
  mkdirSync(join(root, 'app'));
  writeFileSync(join(root, 'app', 'version'), '1');
  git('add', '.');
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', 'one');
  writeFileSync(join(root, 'app', 'version'), '2');
});
afterEach(() => {
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  for (const folder of [root, temporary]) rmSync(folder, { recursive: true, force: true });
});

function git(...args: readonly string[]): string {
  return execFileSync('git', ['-C', root, ...args], { encoding: 'utf8' });
}

const checkOut = (options: Partial<BaselineOptions> = {}) =>
  checkOutBaseline({
    cwd: join(root, 'app'),
    ref: 'main',
    build: '',
    signal: new AbortController().signal,
    ...options,
  });

const errorOf = (options: Partial<BaselineOptions>): Promise<unknown> =>
  checkOut(options).then(
    () => null,
    (error: unknown) => error,
  );

/** Neither a folder nor git's note of one is left. */
function expectNothingLeft() {
  expect(readdirSync(temporary)).toEqual([]);
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  expect(readFileSync(join(root, 'app', 'version'), 'utf8')).toBe('2');
}

describe('checkOutBaseline', () => {
  it('has the commit in a folder of its own, built, and takes it away', async () => {
    const steps: string[] = [];
    const baseline = await checkOut({
      build: 'cp version built && echo done',
      onStep: (step) => steps.push(step),
    });
    expect(readFileSync(join(baseline.folder, 'built'), 'utf8')).toBe('1');
    expect(baseline.commit).toBe(git('rev-parse', 'HEAD').trim());
    expect(steps).toEqual([
      `checking out main (${baseline.commit.slice(0, 7)})`,
      'building it: cp version built && echo done',
    ]);
    await baseline.remove();
    expectNothingLeft();
  });

  it('builds a Node project by npm ci, unless an empty command says not to', async () => {
    writeFileSync(
      join(root, 'app', 'package.json'),
      JSON.stringify({ name: 'a', version: '1.0.0', scripts: { prepare: 'cp version prepared' } }),
    );
    execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: join(root, 'app'),
    });
    git('add', 'app/package.json', 'app/package-lock.json');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', 'two');
    const baseline = await checkOut({ build: null });
    expect(existsSync(join(baseline.folder, 'prepared'))).toBe(true);
    await baseline.remove();
    const bare = await checkOut({ build: '' });
    expect(existsSync(join(bare.folder, 'prepared'))).toBe(false);
    await bare.remove();
    expectNothingLeft();
  });

  it.each([
    ['a commit that is not there', { ref: 'nowhere' }, 'there is no such commit here'],
    ['what looks like a flag', { ref: '--all' }, 'there is no such commit here'],
    ['a build that fails', { build: 'echo why; exit 7' }, /exited with code 7[\s\S]*\n {2}why$/],
  ])('has none for %s', async (_, options, message) => {
    const error = await errorOf(options);
    expect(error).toBeInstanceOf(BaselineError);
    expect((error as Error).message).toMatch(message);
    expectNothingLeft();
  });

  it('has none outside a repository', async () => {
    expect(await errorOf({ cwd: temporary })).toBeInstanceOf(BaselineError);
    expectNothingLeft();
  });

  it('ends the build and leaves nothing when it is interrupted', async () => {
    const controller = new AbortController();
    const options = {
      build: 'sleep 60.0123 & sleep 60.0123',
      signal: controller.signal,
      onStep: (step: string) => {
        if (step.startsWith('building')) setTimeout(() => controller.abort(new Error('Ctrl-C')), 300);
      },
    };
    expect(await errorOf(options)).toEqual(new Error('Ctrl-C'));
    expectNothingLeft();
    expect(execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' })).not.toContain('sleep 60.0123');
  });

  it('is not led astray by the variables of a git hook', async () => {
    process.env['GIT_DIR'] = join(temporary, 'elsewhere');
    try {
      await (await checkOut()).remove();
    } finally {
      delete process.env['GIT_DIR'];
    }
    expectNothingLeft();
  });
});

import { access, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inWords } from '../../servers/process-group.ts';
import { type Guard, startGuard } from '../processes/guard.ts';
import { runToEnd, type ShellResult } from './shell.ts';

/** A commit of this repository, checked out in a folder of its own and built. */
export interface Baseline {
  /** Where the folder that `check` was called from is in it. */
  readonly folder: string;
  /** The whole name of the commit. */
  readonly commit: string;
  /** Takes the folder away again, and git's note of it. */
  remove(): Promise<void>;
}

/** What to check out, and how to build it. */
export interface BaselineOptions {
  /** Absolute folder inside the repository. */
  readonly cwd: string;
  /** A branch, a tag or a commit. */
  readonly ref: string;
  /** Run by `sh -c` in the folder; an empty one builds nothing, and `null` what suits a Node project. */
  readonly build: string | null;
  readonly signal: AbortSignal;
  /** Told what is being done. */
  readonly onStep?: (step: string) => void;
}

/** There is no baseline to compare with; `message` says why and what to do. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
  readonly code = 'BASELINE';
}

const GIT_WITHIN_MS = 120_000;

/** `npm ci` of a large project on a slow network. */
const BUILD_WITHIN_MS = 900_000;

/**
 * Checks a commit out beside the working tree and builds it. The working tree is left alone.
 *
 * @throws BaselineError; the reason of the signal. No folder is left then.
 */
export async function checkOutBaseline(options: BaselineOptions): Promise<Baseline> {
  const guard = await startGuard();
  try {
    return await checkOut(options, guard);
  } finally {
    await guard.close();
  }
}

async function checkOut(options: BaselineOptions, guard: Guard): Promise<Baseline> {
  const { cwd, ref, signal, onStep = () => {} } = options;
  const git = gitIn(cwd, guard);
  const prefix = await git(['rev-parse', '--show-prefix'], signal);
  if (!succeeded(prefix)) throw new BaselineError(`--base-ref needs a git repository: ${last(prefix)}`);
  const commit = await git(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`],
    signal,
  );
  if (!succeeded(commit)) {
    throw new BaselineError(
      `--base-ref ${ref}: there is no such commit here; in a shallow clone, as CI has it, fetch it first: git fetch --depth=1 origin ${ref} && … --base-ref FETCH_HEAD`,
    );
  }
  const name = commit.output.trim();
  const parent = await realpath(await mkdtemp(join(tmpdir(), 'wirebench-baseline-')));
  const tree = join(parent, 'tree');
  const remove = () => removeTree(cwd, parent, tree);
  try {
    onStep(`checking out ${ref} (${name.slice(0, 7)})`);
    const added = await git(['worktree', 'add', '--quiet', '--detach', tree, name], signal);
    if (!succeeded(added))
      throw new BaselineError(`--base-ref ${ref}: cannot be checked out: ${last(added)}`);
    const folder = join(tree, prefix.output.trim());
    await build(folder, options, guard);
    return { folder, commit: name, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function build(folder: string, options: BaselineOptions, guard: Guard): Promise<void> {
  const { ref, signal, onStep = () => {} } = options;
  if (!(await exists(folder))) {
    throw new BaselineError(`--base-ref ${ref}: this folder is not in that commit`);
  }
  const command = options.build ?? (await usualBuild(folder));
  if (command === '') return;
  onStep(`building it: ${command}`);
  const built = await runToEnd({
    program: 'sh',
    args: ['-c', command],
    cwd: folder,
    env: outsideGit(),
    withinMs: BUILD_WITHIN_MS,
    guard,
    signal,
  });
  if (succeeded(built)) return;
  const lines = built.lines.map((line) => `  ${line}`).join('\n');
  throw new BaselineError(
    `--base-ref ${ref}: the build failed (${command}: ${ending(built)}); --build says how to build it\n${lines}`.trimEnd(),
  );
}

/** `npm ci` installs what the commit's lock file has and runs its `prepare`, which is where a package builds itself. */
async function usualBuild(folder: string): Promise<string> {
  if (await exists(join(folder, 'package-lock.json'))) return 'npm ci';
  return (await exists(join(folder, 'package.json'))) ? 'npm install --no-save' : '';
}

/** Removes the folder whatever its state; a signal that ended the check must not stop this. */
async function removeTree(cwd: string, parent: string, tree: string): Promise<void> {
  const guard = await startGuard();
  try {
    const never = new AbortController().signal;
    await gitIn(cwd, guard)(['worktree', 'remove', '--force', tree], never);
    await rm(parent, { recursive: true, force: true });
  } finally {
    await guard.close();
  }
}

function gitIn(cwd: string, guard: Guard) {
  return (args: readonly string[], signal: AbortSignal) =>
    runToEnd({ program: 'git', args, cwd, env: outsideGit(), withinMs: GIT_WITHIN_MS, guard, signal });
}

/** In a git hook, git's variables point at the repository that the hook runs in, whatever folder one is in. */
function outsideGit(): NodeJS.ProcessEnv {
  const {
    GIT_DIR: _dir,
    GIT_WORK_TREE: _tree,
    GIT_INDEX_FILE: _index,
    GIT_PREFIX: _prefix,
    ...rest
  } = process.env;
  return { ...rest, GIT_TERMINAL_PROMPT: '0' };
}

function succeeded({ exit }: ShellResult): boolean {
  return exit.kind === 'exited' && exit.code === 0;
}

function last(result: ShellResult): string {
  return result.lines.at(-1) ?? ending(result);
}

function ending({ exit }: ShellResult): string {
  switch (exit.kind) {
    case 'overdue':
      return 'took too long';
    case 'missing':
      return 'there is no such program';
    default:
      return inWords(exit);
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

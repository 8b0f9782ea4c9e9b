import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, rmdir, stat, symlink } from 'node:fs/promises';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import type { Io } from './command.ts';
import type { Rooms } from './rooms.ts';

/** Where runs go when nobody says where. */
export const RUNS_FOLDER = 'results';

/** A folder that can be written to, and its files. */
export interface OutFolder {
  /** Absolute. */
  readonly path: string;
  readonly results: string;
  readonly report: string;
  /** As people find it from where they are. */
  readonly shown: string;
}

/**
 * Makes the folder of a run and tries to write there, so that a run of an hour does not end with a
 * folder that it may not write to.
 *
 * @param out as given; `undefined` for `results/<time>`.
 * @throws WriteError if it cannot be written to.
 */
export async function openOutFolder(out: string | undefined, io: Io, rooms: Rooms): Promise<OutFolder> {
  const given = resolve(io.cwd, out ?? RUNS_FOLDER);
  const probe = join(given, `.wirebench-probe-${randomUUID()}`);
  await rooms.writeFileAtomic(probe, '');
  await rm(probe);
  const path = out === undefined ? await makeFolder(join(given, timeName(io.now()))) : given;
  const below = relative(io.cwd, path) || '.';
  const shown = below.startsWith('..') ? path : below;
  return { path, results: join(path, 'results.json'), report: join(path, 'report.html'), shown };
}

/** Makes a folder that was not there, so that two runs that start in the same second keep their results apart. */
async function makeFolder(path: string): Promise<string> {
  for (let tried = 1; ; tried++) {
    const free = tried === 1 ? path : `${path}-${tried}`;
    try {
      await mkdir(free);
      return free;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** Takes an empty folder away again: a run without a finished trial leaves nothing to look at. */
export async function dropIfEmpty({ path }: OutFolder): Promise<void> {
  await rmdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY') throw error;
  });
}

/**
 * Points `latest`, beside the folder, at it: a new link renamed over the old one, so that there
 * is always one.
 */
export async function linkLatest(folder: OutFolder): Promise<void> {
  const parent = dirname(folder.path);
  const fresh = join(parent, `.latest-${process.pid}`);
  await rm(fresh, { force: true });
  await symlink(basename(folder.path), fresh);
  await rename(fresh, join(parent, 'latest'));
}

/** The results file meant by a file, a folder, or nothing: the latest run. Absolute. */
export function resultsPath(word: string | undefined, cwd: string): Promise<string> {
  return filePath(word, cwd, ['.json']);
}

/** The same, where an HTML report, which carries its results, will do too. */
export function runPath(word: string | undefined, cwd: string): Promise<string> {
  return filePath(word, cwd, ['.json', '.html']);
}

/** A file is taken as it is, whatever its name; of what is not there, these endings are a file's. */
async function filePath(word: string | undefined, cwd: string, endings: readonly string[]): Promise<string> {
  const path = resolve(cwd, word ?? join(RUNS_FOLDER, 'latest'));
  const found = await stat(path).catch(() => null);
  const isFile = found === null ? endings.includes(extname(path)) : !found.isDirectory();
  return isFile ? path : join(path, 'results.json');
}

/** The history meant by a file or nothing: that of the folder where runs go. Absolute. */
export function historyPath(word: string | undefined, cwd: string): string {
  return resolve(cwd, word ?? join(RUNS_FOLDER, 'history.ndjson'));
}

/** The second, as a file name that sorts and that every file system takes: `2026-01-31T09-30-00Z`. */
function timeName(now: Date): string {
  return `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
}

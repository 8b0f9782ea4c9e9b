import { lstatSync, type Stats } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isInFlight, PROGRESS_FILE, type Progress, readProgress } from '../results/progress.ts';
import { readOutline } from '../results/read.ts';
import { type RunSummary, summariseRun } from './summary.ts';

/** A run in a folder of runs, by what is known of it. */
export type ListedRun = { readonly name: string } & (
  | { readonly kind: 'ended'; readonly summary: RunSummary }
  | { readonly kind: 'in-flight'; readonly progress: Progress }
  /** It was killed before a trial had ended. */
  | { readonly kind: 'killed'; readonly progress: Progress }
  | { readonly kind: 'unreadable'; readonly reason: string; readonly modifiedAt: string }
);

/** The runs of a folder, newest first. */
export interface RunList {
  readonly runs: readonly ListedRun[];
  /** Folders beyond {@link MOST_SHOWN} that were changed before all of these, and were not looked into. */
  readonly older: number;
}

/** The name of a run whose files are in the folder itself. */
export const ITSELF = '.';

/** More folders than this are not looked into: a list for people, and a bound for what is read. */
export const MOST_SHOWN = 200;

/** More folders than this are not even asked when they were changed, which happens every second. */
const MOST_ASKED = 5_000;

/** A results file of more than this is not read to be listed. */
const MAX_BYTES = 256_000_000;

/** What is in a file, as long as it is the same file. */
interface Known {
  readonly stamp: string;
  readonly run: ListedRun;
}

interface Candidate {
  readonly name: string;
  readonly changedAt: Date;
}

/**
 * A folder in which every folder with a `results.json` is a run, as may be the folder itself. Symbolic links
 * are not followed: `latest` would be a run twice, and others lead out of the folder.
 */
export class RunFolder {
  readonly path: string;
  /** The newest folders of the last look; no other is read again. */
  #known: ReadonlyMap<string, Known> = new Map();

  /** @param path absolute; it need not be there yet. */
  constructor(path: string) {
    this.path = path;
  }

  /** Looks at the folder. Reads only the files that are new or were changed since the last time. */
  async list(now: Date): Promise<RunList> {
    const { folders, beyond } = await this.#folders();
    const known = new Map<string, Known>();
    const runs: ListedRun[] = [];
    for (const { name, changedAt } of folders.slice(0, MOST_SHOWN)) {
      const run = await this.#look(name, now, known).catch(({ message }: Error): ListedRun => {
        return { name, kind: 'unreadable', reason: message, modifiedAt: changedAt.toISOString() };
      });
      if (run !== null) runs.push(run);
    }
    this.#known = known;
    runs.sort((left, right) => timeOf(right) - timeOf(left));
    return { runs, older: beyond + Math.max(0, folders.length - MOST_SHOWN) };
  }

  /**
   * The results file of a run.
   *
   * @param name as it came from outside.
   * @returns `null` for what is not a file in a folder of this folder, by whatever path or link.
   */
  async resultsOf(name: string): Promise<string | null> {
    if (name !== ITSELF && (name === '' || name.startsWith('.') || basename(name) !== name)) return null;
    try {
      const wanted = join(await realpath(this.path), name, 'results.json');
      return (await realpath(wanted)) === wanted && lstatSync(wanted).isFile() ? wanted : null;
    } catch {
      return null;
    }
  }

  /** The folders that may be runs, those first that were changed last, which every file that is replaced in them does. */
  async #folders(): Promise<{ readonly folders: readonly Candidate[]; readonly beyond: number }> {
    const own = statOf(this.path);
    if (own === null) return { folders: [], beyond: 0 };
    const entries = await readdir(this.path, { withFileTypes: true });
    const names = entries.flatMap((entry) =>
      entry.isDirectory() && !entry.name.startsWith('.') ? [entry.name] : [],
    );
    // Where nobody named them, those that are later in the alphabet are newer.
    names.sort().reverse();
    const folders = names.slice(0, MOST_ASKED).flatMap((name) => {
      const status = statOf(join(this.path, name));
      return status === null ? [] : [{ name, changedAt: status.mtime }];
    });
    folders.sort((left, right) => right.changedAt.getTime() - left.changedAt.getTime());
    return {
      folders: [{ name: ITSELF, changedAt: own.mtime }, ...folders],
      beyond: Math.max(0, names.length - MOST_ASKED),
    };
  }

  async #look(name: string, now: Date, known: Map<string, Known>): Promise<ListedRun | null> {
    const folder = join(this.path, name);
    const progress = statOf(join(folder, PROGRESS_FILE))?.isFile()
      ? await readProgress(join(folder, PROGRESS_FILE))
      : null;
    if (progress !== null && isInFlight(progress, now)) return { name, kind: 'in-flight', progress };
    const file = join(folder, 'results.json');
    const status = statOf(file);
    if (status === null) return progress === null ? null : { name, kind: 'killed', progress };
    const stamp = stampOf(status);
    const before = this.#known.get(name);
    const run = before?.stamp === stamp ? before.run : await readRun(name, file, status);
    known.set(name, { stamp, run });
    return run;
  }
}

/** Says of a file whether it is still the same; every run replaces it by a new one. */
export function stampOf({ ino, size, mtimeMs }: Stats): string {
  return `${ino}-${size}-${mtimeMs}`;
}

/** Synchronous, since a look asks for hundreds, and a call that waits for a thread costs ten of these. */
function statOf(path: string): Stats | null {
  return lstatSync(path, { throwIfNoEntry: false }) ?? null;
}

async function readRun(name: string, file: string, status: Stats): Promise<ListedRun> {
  const unreadable = (reason: string): ListedRun => {
    return { name, kind: 'unreadable', reason, modifiedAt: status.mtime.toISOString() };
  };
  if (status.isSymbolicLink()) return unreadable('results.json is a symbolic link, which is not followed');
  if (!status.isFile()) return unreadable('results.json is no file');
  if (status.size > MAX_BYTES) {
    return unreadable(
      `results.json has ${Math.round(status.size / 1e6)} MB; at most ${MAX_BYTES / 1e6} are read`,
    );
  }
  try {
    return { name, kind: 'ended', summary: summariseRun(await readOutline(file)) };
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    // Whoever looks at the list knows where the file is.
    return unreadable(line.replace(`${file}: `, 'results.json: '));
  }
}

/** When a run began, for the order; one whose time is not known comes last. */
function timeOf(run: ListedRun): number {
  const at = Date.parse(beganAt(run));
  return Number.isFinite(at) ? at : Number.NEGATIVE_INFINITY;
}

/** When a run began, or what is nearest to it. */
export function beganAt(run: ListedRun): string {
  switch (run.kind) {
    case 'ended':
      return run.summary.startedAt;
    case 'in-flight':
    case 'killed':
      return run.progress.startedAt;
    case 'unreadable':
      return run.modifiedAt;
  }
}

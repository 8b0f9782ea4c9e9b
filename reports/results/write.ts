import { randomUUID } from 'node:crypto';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Results } from './schema.ts';

/** Why a file could not be written. */
export type WriteErrorCode = 'NO_SPACE' | 'NOT_PERMITTED' | 'NOT_A_FOLDER' | 'NOT_A_FILE' | 'WRITE_FAILED';

/** A file that could not be written; what stood there before still stands, whole. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
  readonly code: WriteErrorCode;
  readonly file: string;
  /** What the user can do about it. */
  readonly remedy: string;

  constructor(code: WriteErrorCode, file: string, evidence: string, remedy: string, options?: ErrorOptions) {
    super(`cannot write ${file}: ${evidence}; ${remedy}`, options);
    this.code = code;
    this.file = file;
    this.remedy = remedy;
  }
}

/** Results as their file holds them, readable by people: one value per line. */
export function resultsText(results: Results): string {
  return `${JSON.stringify(results, null, 1)}\n`;
}

/** Writes a results file atomically. */
export async function writeResults(path: string, results: Results): Promise<void> {
  await writeFileAtomic(path, resultsText(results));
}

/**
 * Replaces a file as a whole: whoever reads it, also after a crash in the middle, finds the old
 * text or the new one. Makes the folders it is in. Follows a symbolic link to what it names.
 *
 * @param lasting whether it is to outlast a power cut, for which it has to wait for the disk.
 * @throws WriteError; no half-written file is left.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  lasting = true,
): Promise<void> {
  try {
    await makeFolder(dirname(path));
    const target = await followed(path);
    // The same folder, since a rename is atomic only within one file system.
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
    try {
      await writeNew(temporary, content, lasting);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw error instanceof WriteError ? error : explained(path, error);
  }
}

/**
 * Adds a line to the end of a file, which is made if need be, in one write to a file opened for appending:
 * the system moves to the end and writes in one step (POSIX, write), so lines of programs that append
 * at the same time are in it one after the other, whole. After a line that broke off, as on a full disk, it
 * begins a new one.
 *
 * @param line without a line end in it.
 * @throws WriteError
 */
export async function appendLine(path: string, line: string): Promise<void> {
  try {
    await makeFolder(dirname(path));
    const file = await open(await followed(path), 'a+');
    try {
      const { size } = await file.stat();
      const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
      const text = Buffer.from(`${size > 0 && buffer.toString() !== '\n' ? '\n' : ''}${line}\n`);
      const { bytesWritten } = await file.write(text);
      if (bytesWritten < text.length) {
        throw new WriteError('NO_SPACE', path, 'the line was cut off', full[1]);
      }
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof WriteError ? error : explained(path, error);
  }
}

/** Makes a folder and those that it is in. Node's own `recursive` never comes back from below `/proc` (Node 20). */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path);
  }
}

/** The file that a path names, behind symbolic links. A rename over a device would replace the device. */
async function followed(path: string): Promise<string> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (status === null) return path;
  if (!status.isFile()) {
    throw new WriteError('NOT_A_FILE', path, 'something else than a file stands there', 'name a file');
  }
  return realpath(path);
}

async function writeNew(path: string, content: string | Uint8Array, lasting: boolean): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(content);
    // Before the rename: otherwise a power cut may leave the new name with none of its content.
    if (lasting) await file.sync();
  } finally {
    await file.close();
  }
}

function explained(path: string, error: unknown): WriteError {
  const { code, message } = error as NodeJS.ErrnoException;
  const [kind, remedy] = reasons[code ?? ''] ?? (['WRITE_FAILED', 'name another file'] as const);
  return new WriteError(kind, path, message, remedy, { cause: error });
}

const full = ['NO_SPACE', 'free some space or name a folder on another disk'] as const;
const forbidden = ['NOT_PERMITTED', 'name a folder that you may write to'] as const;
const noFolder = ['NOT_A_FOLDER', 'part of the path is a file; name another folder'] as const;

const reasons: Readonly<Record<string, readonly [WriteErrorCode, string]>> = {
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: full,
  EACCES: forbidden,
  EPERM: forbidden,
  EROFS: forbidden,
  ENOTDIR: noFolder,
  ENOENT: ['NOT_A_FOLDER', 'no folder can be made there; name another'] as const,
  EEXIST: noFolder,
};

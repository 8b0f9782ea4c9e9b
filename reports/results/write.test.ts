import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendLine, WriteError, writeFileAtomic } from './write.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebench-write-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function errorOf(path: string, text = 'new'): Promise<WriteError> {
  const error = await writeFileAtomic(path, text).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof WriteError)) throw new Error(`expected a WriteError, got ${error}`);
  return error;
}

describe('writeFileAtomic', () => {
  it('makes the folders, replaces the file and leaves nothing beside it', async () => {
    const file = join(folder, 'a', 'b', 'results.json');
    await writeFileAtomic(file, 'old');
    await writeFileAtomic(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(join(folder, 'a', 'b'))).toEqual(['results.json']);
  });

  it('is never seen half-written', async () => {
    const file = join(folder, 'results.json');
    const texts = ['a', 'b'].map((letter) => letter.repeat(3_000_000));
    await writeFileAtomic(file, texts[0] ?? '');
    let writing = true;
    const done = writeFileAtomic(file, texts[1] ?? '').finally(() => {
      writing = false;
    });
    while (writing) {
      expect(texts).toContain(readFileSync(file, 'utf8'));
      await new Promise(setImmediate);
    }
    await done;
  });

  it('replaces what a symbolic link names, not the link', async () => {
    const file = join(folder, 'results.json');
    writeFileSync(file, 'old');
    symlinkSync(file, join(folder, 'link'));
    await writeFileAtomic(join(folder, 'link'), 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
  });

  it('says that a part of the path is a file', async () => {
    writeFileSync(join(folder, 'file'), 'x');
    const error = await errorOf(join(folder, 'file', 'results.json'));
    expect(error.code).toBe('NOT_A_FOLDER');
    expect(error.message).toContain(join(folder, 'file', 'results.json'));
    expect(error.message).toContain(error.remedy);
  });

  it.each(['', '/dev/null'])('does not replace what is no file: %j', async (path) => {
    expect((await errorOf(path === '' ? folder : path)).code).toBe('NOT_A_FILE');
  });

  it('says that a folder is not writable', async () => {
    chmodSync(folder, 0o555);
    await asNobody(async () => {
      expect((await errorOf(join(folder, 'results.json'))).code).toBe('NOT_PERMITTED');
    });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the old file and leaves no other when the disk is full', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return context.skip('a small file system can be mounted by root only');
    }
    try {
      const file = join(disk, 'results.json');
      await writeFileAtomic(file, 'old');
      expect((await errorOf(file, 'x'.repeat(1_000_000))).code).toBe('NO_SPACE');
      expect(readFileSync(file, 'utf8')).toBe('old');
      expect(readdirSync(disk)).toEqual(['results.json']);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

describe('appendLine', () => {
  it('makes the file and its folders, and adds a line', async () => {
    const file = join(folder, 'a/b/history');
    await appendLine(file, 'one');
    await appendLine(file, 'two');
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n');
  });

  it('begins a new line after one that broke off', async () => {
    const file = join(folder, 'history');
    writeFileSync(file, 'whole\nbroken o');
    await appendLine(file, 'next');
    expect(readFileSync(file, 'utf8')).toBe('whole\nbroken o\nnext\n');
  });

  it('keeps the lines of programs that append at the same time whole', async () => {
    const file = join(folder, 'history');
    const lines = Array.from({ length: 40 }, (_, index) => String.fromCharCode(48 + index).repeat(50_000));
    await Promise.all(lines.map((line) => appendLine(file, line)));
    expect(readFileSync(file, 'utf8').trimEnd().split('\n').sort()).toEqual(lines);
  });

  it.each([
    ['/dev/full', 'NOT_A_FILE'],
    ['/proc/none/history', 'NOT_A_FOLDER'],
  ])('refuses %s', async (file, code) => {
    await expect(appendLine(file, 'x')).rejects.toMatchObject({ code });
  });

  it('says so when the disk is full, and what is there stays readable', async (context) => {
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      return context.skip('a small file system can be mounted by root only');
    }
    try {
      const file = join(disk, 'history');
      await appendLine(file, 'whole');
      await expect(appendLine(file, 'x'.repeat(1_000_000))).rejects.toMatchObject({ code: 'NO_SPACE' });
      expect(readFileSync(file, 'utf8')).toMatch(/^whole\nx*$/);
    } finally {
      execFileSync('umount', [disk]);
    }
  });
});

/** Root may write anywhere; where the tests run as root, this runs a piece of them as somebody else. */
async function asNobody(run: () => Promise<void>): Promise<void> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(65_534);
  try {
    await run();
  } finally {
    if (root) process.seteuid?.(0);
  }
}

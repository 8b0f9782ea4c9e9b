import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerdictFormat } from '../../reports/gate/render.ts';
import type { Verdict } from '../../reports/gate/verdict.ts';
import type { Io } from '../command.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import type { Rooms } from '../rooms.ts';
import { terminalOf } from '../terminal.ts';

/** The files that a verdict is written to, and what is in them. */
const FILES: Readonly<Record<string, VerdictFormat>> = {
  'verdict.json': 'json',
  'verdict.md': 'markdown',
  'junit.xml': 'junit',
};

/** Their names, for people. */
export const VERDICT_FILES = Object.keys(FILES);

/** What a check prints on standard output. */
export type Printed = 'text' | 'json' | 'github';

/** Writes a verdict into a folder, in every format that something reads. */
export async function writeVerdict(verdict: Verdict, folder: string, rooms: Rooms): Promise<void> {
  for (const [file, format] of Object.entries(FILES)) {
    await rooms.writeFileAtomic(join(folder, file), await rooms.renderVerdict(verdict, format));
  }
}

/**
 * Says a verdict on standard output; inside a GitHub workflow also as annotations, on standard error if
 * standard output has something else, and in the summary of the step.
 */
export async function sayVerdict(verdict: Verdict, format: Printed, io: Io, rooms: Rooms): Promise<void> {
  io.stdout.write(await rooms.renderVerdict(verdict, format, terminalOf(io)));
  if (io.env['GITHUB_ACTIONS'] === 'true' && format !== 'github') {
    io.stderr.write(await rooms.renderVerdict(verdict, 'github'));
  }
  const summary = io.env['GITHUB_STEP_SUMMARY'];
  if (!summary) return;
  const text = await rooms.renderVerdict(verdict, 'markdown');
  await appendFile(summary, text).catch((error: Error) => {
    // The verdict stands without it.
    io.stderr.write(`wirebench: the step summary cannot be written: ${error.message}\n`);
  });
}

/** What a verdict ends the program with. */
export function exitOf({ answer }: Verdict, failOnInconclusive: boolean): ExitCode {
  switch (answer) {
    case 'pass':
      return EXIT.ok;
    case 'regressed':
      return EXIT.regressed;
    case 'inconclusive':
      return failOnInconclusive ? EXIT.inconclusive : EXIT.ok;
    case 'invalid':
      return EXIT.invalid;
  }
}

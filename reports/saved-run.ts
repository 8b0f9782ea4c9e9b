import { ExtractError, extractResults } from './html/embedded-results.ts';
import { decodeResults, readBytes } from './results/read.ts';
import type { Results } from './results/schema.ts';

/** A run as it was saved. */
export interface SavedRun {
  /** The results file, byte for byte. */
  readonly bytes: Uint8Array;
  readonly results: Results;
}

/**
 * Reads a results file, or the one that an HTML report carries.
 *
 * @throws ResultsFileError, and ExtractError for a page without results.
 */
export async function readSavedRun(path: string): Promise<SavedRun> {
  const file = await readBytes(path);
  const bytes = path.endsWith('.html') ? extracted(file, path) : file;
  return { bytes, results: decodeResults(bytes, path) };
}

function extracted(page: Buffer, path: string): Buffer {
  try {
    return extractResults(page.toString('latin1'));
  } catch (cause) {
    throw cause instanceof ExtractError ? new ExtractError(`${path}: ${cause.message}`, { cause }) : cause;
  }
}

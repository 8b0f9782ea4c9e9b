import type { Results } from '../../reports/results/schema.ts';
import type { Io } from '../command.ts';
import { resultsPath } from '../out-folder.ts';
import type { Rooms } from '../rooms.ts';

/** A baseline that is not there, or that another version wrote; any other fault of the file is just that. */
const NO_BASELINE: ReadonlySet<unknown> = new Set(['RESULTS_MISSING', 'RESULTS_SCHEMA']);

/** There is no baseline in this file. */
export class BaselineFileError extends Error {
  override readonly name = 'BaselineFileError';
  readonly code = 'BASELINE';
}

/**
 * Reads the results that others are held against.
 *
 * @throws BaselineFileError; ResultsFileError for a file that is damaged.
 */
export async function readBaseline(word: string, io: Io, rooms: Rooms): Promise<Results> {
  try {
    return await rooms.readResults(await resultsPath(word, io.cwd));
  } catch (error) {
    if (error instanceof Error && 'code' in error && NO_BASELINE.has(error.code)) {
      throw new BaselineFileError(`the baseline: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

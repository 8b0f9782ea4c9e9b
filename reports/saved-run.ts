import { fieldName } from '../scenarios/explain.ts';
import { ExtractError, extractResults } from './html/embedded-results.ts';
import { parseObjective } from './objectives.ts';
import { AGAIN, decodeResults, ResultsFileError, readBytes } from './results/read.ts';
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
  const results = decodeResults(bytes, path);
  checkObjectives(results, path);
  return { bytes, results };
}

/** The schema knows that they are text; a report looks for their metrics, of which results know nothing. */
function checkObjectives({ capacities = [] }: Results, file: string): void {
  for (const [search, { objectives }] of capacities.entries()) {
    for (const [index, text] of objectives.entries()) {
      try {
        parseObjective(text);
      } catch (cause) {
        const field = fieldName(['capacities', search, 'objectives', index]);
        const evidence = (cause as Error).message;
        throw new ResultsFileError(
          { code: 'RESULTS_FIELD', file, field, evidence, remedy: AGAIN },
          { cause },
        );
      }
    }
  }
}

function extracted(page: Buffer, path: string): Buffer {
  try {
    return extractResults(page.toString('latin1'));
  } catch (cause) {
    throw cause instanceof ExtractError ? new ExtractError(`${path}: ${cause.message}`, { cause }) : cause;
  }
}

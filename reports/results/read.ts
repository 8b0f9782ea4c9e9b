import { readFile } from 'node:fs/promises';
import { explainerOf, fieldName, show } from '../../scenarios/explain.ts';
import { decodeHistogram, decodeSlice } from './histogram.ts';
import { RESULTS_SCHEMA, type Results, resultsSchema } from './schema.ts';

/** What is wrong with a results file. */
export type ResultsFileErrorCode =
  | 'RESULTS_MISSING'
  | 'RESULTS_UNREADABLE'
  | 'RESULTS_TRUNCATED'
  | 'RESULTS_NOT_JSON'
  | 'RESULTS_SCHEMA'
  | 'RESULTS_FIELD';

/** A results file that cannot be used; the message is one line. */
export class ResultsFileError extends Error {
  override readonly name = 'ResultsFileError';
  readonly code: ResultsFileErrorCode;
  readonly file: string;
  /** The field at fault, such as `trials[3].server`; `null` where it is the file itself. */
  readonly field: string | null;
  /** What the user can do about it. */
  readonly remedy: string;

  constructor(problem: Problem, options?: ErrorOptions) {
    const { code, file, field = null, evidence, remedy } = problem;
    super(`${file}: ${field === null ? '' : `${field} `}${evidence}; ${remedy}`, options);
    this.code = code;
    this.file = file;
    this.field = field;
    this.remedy = remedy;
  }
}

interface Problem {
  readonly code: ResultsFileErrorCode;
  readonly file: string;
  readonly field?: string;
  readonly evidence: string;
  readonly remedy: string;
}

const explain = explainerOf(resultsSchema);

/** What to do about a field that cannot be. */
export const AGAIN = 'take the file as `wirebench run` wrote it, or run again';

/**
 * Reads a results file and checks all of it, so that nobody behind this has to.
 *
 * @throws ResultsFileError that names the file, the field and what to do.
 */
export async function readResults(path: string): Promise<Results> {
  return decodeResults(await readBytes(path), path);
}

/**
 * Reads a results file for what is in it and how it ended, in a tenth of the time: all of it is checked but the
 * histograms, which nobody may decode.
 *
 * @throws ResultsFileError
 */
export async function readOutline(path: string): Promise<Results> {
  return checkedFields(new TextDecoder().decode(await readBytes(path)), path);
}

/**
 * Reads a file that is or holds results.
 *
 * @throws ResultsFileError
 */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new ResultsFileError(
      code === 'ENOENT'
        ? {
            code: 'RESULTS_MISSING',
            file: path,
            evidence: 'there is no such file',
            remedy: `name the ${path.endsWith('.html') ? 'report.html' : 'results.json'} in the folder of a run`,
          }
        : {
            code: 'RESULTS_UNREADABLE',
            file: path,
            evidence: message,
            remedy: 'name a file that you may read',
          },
      { cause },
    );
  }
}

/**
 * Checks the bytes of a results file.
 *
 * @throws ResultsFileError
 */
export function decodeResults(bytes: Uint8Array, file: string): Results {
  // A decoder takes the byte order mark away that some editors write.
  return parseResults(new TextDecoder().decode(bytes), file);
}

/**
 * Checks the text of a results file.
 *
 * @param file what to call it in errors.
 * @throws ResultsFileError
 */
export function parseResults(text: string, file: string): Results {
  const results = checkedFields(text, file);
  checkHistograms(results, file);
  return results;
}

/** Everything but what histograms hold. */
function checkedFields(text: string, file: string): Results {
  const json = parseJson(text, file);
  const schema = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
  if (schema !== RESULTS_SCHEMA) {
    throw new ResultsFileError({
      code: 'RESULTS_SCHEMA',
      file,
      field: 'schema',
      evidence:
        schema === undefined
          ? `is missing; it must be "${RESULTS_SCHEMA}"`
          : `is ${show(schema)}, not "${RESULTS_SCHEMA}"`,
      remedy:
        typeof schema === 'string' && schema.startsWith('wirebench/results@')
          ? 'read it with the version of wirebench that wrote it'
          : 'name a results.json that `wirebench run` wrote',
    });
  }
  const parsed = resultsSchema.safeParse(json);
  if (!parsed.success) {
    const [problem] = explain(parsed.error, json);
    if (problem === undefined) throw parsed.error;
    throw new ResultsFileError(
      { code: 'RESULTS_FIELD', file, field: problem.field, evidence: problem.message, remedy: AGAIN },
      { cause: parsed.error },
    );
  }
  return parsed.data;
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const { message } = cause as SyntaxError;
    const problem: Problem = endsTooEarly(message, text)
      ? {
          code: 'RESULTS_TRUNCATED',
          file,
          evidence: `ends in the middle, after ${text.length} characters`,
          remedy: AGAIN,
        }
      : {
          code: 'RESULTS_NOT_JSON',
          file,
          evidence: `is not JSON: ${shortened(message)}`,
          remedy: AGAIN,
        };
    throw new ResultsFileError(problem, { cause });
  }
}

/** True if the parser wanted more: it says so, or it stopped where the text does. */
function endsTooEarly(message: string, text: string): boolean {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return /Unexpected end|Unterminated/.test(message) || Number(position) >= text.trimEnd().length;
}

/** The schema knows that they are strings; reports rely on what is in them. */
function checkHistograms(results: Results, file: string): void {
  for (const { path: at, outcome } of outcomesOf(results)) {
    if (outcome.status !== 'completed') continue;
    const { histograms, intervals } = outcome.measurements;
    const encoded = [
      ...Object.entries(histograms).map(([name, text]) => ({
        path: ['histograms', name],
        text,
        decode: decodeHistogram,
      })),
      ...intervals.map(({ latency }, index) => ({
        path: ['intervals', index, 'latency'],
        text: latency,
        decode: decodeSlice,
      })),
    ];
    for (const { path, text, decode } of encoded) {
      try {
        decode(text);
      } catch (cause) {
        const field = fieldName([...at, 'outcome', 'measurements', ...path]);
        const evidence = (cause as Error).message;
        throw new ResultsFileError(
          { code: 'RESULTS_FIELD', file, field, evidence, remedy: AGAIN },
          { cause },
        );
      }
    }
  }
}

/** Every outcome of a file, and where it is: among the trials of the run, in a block that was measured again, or in a step of a search. */
function outcomesOf({ trials, repeated = [], capacities = [] }: Results) {
  return [
    ...trials.map(({ outcome }, index) => ({ path: ['trials', index], outcome })),
    ...repeated.flatMap((block, place) =>
      block.trials.map(({ outcome }, index) => ({ path: ['repeated', place, 'trials', index], outcome })),
    ),
    ...capacities.flatMap(({ steps }, search) =>
      steps.map(({ trial: { outcome } }, index) => ({
        path: ['capacities', search, 'steps', index, 'trial'],
        outcome,
      })),
    ),
  ];
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 120)}…` : line;
}

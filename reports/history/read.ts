import { readFile, stat } from 'node:fs/promises';
import { explainerOf, fieldName } from '../../scenarios/explain.ts';
import { decodeHistogram } from '../results/histogram.ts';
import { HISTORY_SCHEMA, type HistoryEntry, historySchema } from './schema.ts';

/** A history that cannot be read at all; the message is one line. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
  readonly code = 'HISTORY';
}

/** A line that was skipped. */
export interface SkippedLine {
  /** From 1. */
  readonly line: number;
  /** What is wrong with it. */
  readonly reason: string;
}

/** What a history file has: its runs in the order of time, and the lines that are none. */
export interface History {
  readonly entries: readonly HistoryEntry[];
  readonly skipped: readonly SkippedLine[];
}

/** All of it is held in memory at once. */
const MAX_BYTES = 256_000_000;

/**
 * Reads a history file. A line that cannot be used is skipped and told, since the others can.
 *
 * @throws HistoryError where there is no such file, or none of its lines is a run.
 */
export async function readHistory(path: string): Promise<History> {
  let content: string;
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) {
      throw new HistoryError(
        `${path}: has ${Math.round(size / 1e6)} MB, and at most ${MAX_BYTES / 1e6} are read; keep its last lines (tail -n 1000)`,
      );
    }
    content = new TextDecoder().decode(await readFile(path));
  } catch (cause) {
    if (cause instanceof HistoryError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file; `wirebench run` begins one' : message;
    throw new HistoryError(`${path}: ${reason}`, { cause });
  }
  const history = parseHistory(content);
  const [first] = history.skipped;
  if (history.entries.length === 0 && first !== undefined) {
    throw new HistoryError(
      `${path}: none of its lines is a run of the history; line ${first.line} ${first.reason}`,
    );
  }
  return history;
}

/** The runs in the text of a history file. */
export function parseHistory(content: string): History {
  const lines = content.split('\n');
  const entries: HistoryEntry[] = [];
  const skipped: SkippedLine[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const parsed = parseLine(line);
    if (typeof parsed !== 'string') entries.push(parsed);
    // What is written whole ends with a line end.
    else if (index === lines.length - 1) {
      skipped.push({ line: index + 1, reason: `breaks off, after ${line.length} characters` });
    } else skipped.push({ line: index + 1, reason: parsed });
  }
  entries.sort((left, right) => Date.parse(left.startedAt) - Date.parse(right.startedAt));
  return { entries, skipped };
}

const explain = explainerOf(historySchema);

/** A run, or what is wrong with the line. */
function parseLine(line: string): HistoryEntry | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return 'is not JSON';
  }
  const schema = typeof json === 'object' && json !== null && 'schema' in json ? json.schema : undefined;
  if (schema !== HISTORY_SCHEMA) return `is not of the schema "${HISTORY_SCHEMA}"`;
  const parsed = historySchema.safeParse(json);
  if (!parsed.success) {
    const [problem] = explain(parsed.error, json);
    return `is damaged: ${problem?.field ?? ''} ${problem?.message ?? ''}`.trimEnd();
  }
  for (const [index, { histograms }] of parsed.data.arms.entries()) {
    for (const [name, encoded] of Object.entries(histograms)) {
      try {
        decodeHistogram(encoded);
      } catch (error) {
        return `is damaged: ${fieldName(['arms', index, 'histograms', name])} ${(error as Error).message}`;
      }
    }
  }
  return parsed.data;
}

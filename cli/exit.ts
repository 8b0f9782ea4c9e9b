/** What the process ends with. A crash can never look like a verdict: verdicts start at 20. */
export const EXIT = {
  ok: 0,
  /** A fault of this program or of the machine: a bug, a full disk. */
  internal: 1,
  /** Usage, configuration, or a file that cannot be read. */
  usage: 2,
  /** `check` has shown that something got worse. */
  regressed: 20,
  /** `check` cannot tell, and was asked to fail then. */
  inconclusive: 21,
  /** A trial failed or is invalid, nothing completed, or `verify` found a broken rule. */
  invalid: 22,
  /** `check` or `compare` has no baseline, or none that can be compared. */
  baseline: 23,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** A command that cannot be carried out as it was given; the message says what to give instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
}

/**
 * What each error of the rooms ends the process with, by its code. Only these are expected, and
 * say all there is to say; any other error is a fault of this program.
 */
const EXIT_OF_CODE: ReadonlyMap<unknown, ExitCode> = new Map<unknown, ExitCode>([
  ['USAGE', EXIT.usage],
  ['SCENARIO', EXIT.usage],
  ['BASELINE', EXIT.baseline],
  ['INCOMPARABLE', EXIT.baseline],
  ['OBJECTIVE', EXIT.usage],
  // servers/: a server file, and an address that cannot be had.
  ['unreadable', EXIT.usage],
  ['not-json', EXIT.usage],
  ['invalid', EXIT.usage],
  ['address-in-use', EXIT.usage],
  ['cannot-listen', EXIT.usage],
  // reports/results/: reading and writing.
  ['RESULTS_MISSING', EXIT.usage],
  ['RESULTS_UNREADABLE', EXIT.usage],
  ['RESULTS_TRUNCATED', EXIT.usage],
  ['RESULTS_NOT_JSON', EXIT.usage],
  ['RESULTS_SCHEMA', EXIT.usage],
  ['RESULTS_FIELD', EXIT.usage],
  ['HISTORY', EXIT.usage],
  ['EXTRACT', EXIT.usage],
  ['NOT_PERMITTED', EXIT.usage],
  ['NOT_A_FOLDER', EXIT.usage],
  ['NOT_A_FILE', EXIT.usage],
  ['WRITE_FAILED', EXIT.usage],
  ['NO_SPACE', EXIT.internal],
]);

/** The exit code that an error ends a command with. */
export function exitCodeOf(error: unknown): ExitCode {
  return EXIT_OF_CODE.get(codeOf(error)) ?? EXIT.internal;
}

/**
 * What is said about an error that ends a command: its message, and how to see more where the
 * message may not be enough.
 *
 * @param debug say everything, with the stack.
 */
export function describeError(error: unknown, debug: boolean): string {
  if (debug && error instanceof Error) return error.stack ?? error.message;
  const message = error instanceof Error ? error.message : String(error);
  return EXIT_OF_CODE.has(codeOf(error))
    ? message
    : `internal error: ${message} (WIREBENCH_DEBUG=1 shows where)`;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}

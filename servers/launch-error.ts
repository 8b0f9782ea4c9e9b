/** A server did not come up. `evidence` holds its last words. */
export class LaunchError extends Error {
  readonly code: 'cannot-start' | 'exited-early' | 'not-ready' | 'bad-ready-line';
  readonly evidence: readonly string[];

  constructor(
    code: LaunchError['code'],
    message: string,
    evidence: readonly string[],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'LaunchError';
    this.code = code;
    this.evidence = evidence;
  }
}

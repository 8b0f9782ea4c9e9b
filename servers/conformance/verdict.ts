/** A server broke a rule: what should have been, and what was seen. */
export class Broken extends Error {
  readonly evidence: readonly string[];

  constructor(reason: string, evidence: readonly string[] = []) {
    super(reason);
    this.name = 'Broken';
    this.evidence = evidence;
  }
}

/** A rule that could not be put to the test; not the server's fault. */
export class Unverified extends Error {
  override readonly name = 'Unverified';
}

import 'vitest';

/** A figure that is known beforehand, and what a test measured of it. */
interface Truth {
  /** Number of the ground truth; it is in the name of the test too. */
  readonly no: number;
  readonly what: string;
  /** With its tolerance and its unit. */
  readonly expected: string;
  readonly measured: string;
}

declare module 'vitest' {
  interface TaskMeta {
    /** What the test holds the harness to: `docs/truth.mjs` makes a table of it. */
    truths?: readonly Truth[];
  }
}

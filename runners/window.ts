import type { Phases } from '../scenarios/schema.ts';

/**
 * The measuring window on the clock. Until {@link open} nothing is inside it, so what happens
 * while clients connect is outside by itself.
 */
export class Window {
  startUs = Number.POSITIVE_INFINITY;
  endUs = Number.POSITIVE_INFINITY;
  /** Length of the measuring phase. */
  readonly measureUs: number;
  readonly #warmupUs: number;

  constructor({ warmupMs, measureMs }: Phases) {
    this.#warmupUs = warmupMs * 1e3;
    this.measureUs = measureMs * 1e3;
  }

  /** Fixes the window: the warm-up starts at `warmupStartUs`. */
  open(warmupStartUs: number): void {
    this.startUs = warmupStartUs + this.#warmupUs;
    this.endUs = this.startUs + this.measureUs;
  }

  /** Whether an instant, or the due time of a message, lies in the measuring phase. */
  contains(us: number): boolean {
    return us >= this.startUs && us < this.endUs;
  }
}

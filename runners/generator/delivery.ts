/** What one arrival is, judged by its sequence. */
export type Arrival = 'new' | 'reordered' | 'duplicated';

interface StreamState {
  /** One more than the largest sequence seen. */
  next: number;
  /** Sequences below `next` that have not come. */
  missing: Set<number> | null;
}

/**
 * What one subscriber has received of each numbered stream. A gap costs one number per missing
 * message, a stream without gaps two fields.
 */
export class DeliveryTracker {
  readonly #streams = new Map<number, StreamState>();
  /** The stream of the latest arrival: most subscribers have one only, and need no search. */
  #stream = -1;
  #state: StreamState = NONE;

  /** Notes an arrival and says what it is. */
  arrived(stream: number, sequence: number): Arrival {
    if (stream !== this.#stream) this.#turnTo(stream);
    const state = this.#state;
    if (sequence === state.next) {
      state.next += 1;
      return 'new';
    }
    if (sequence > state.next) {
      state.missing ??= new Set();
      for (let skipped = state.next; skipped < sequence; skipped += 1) state.missing.add(skipped);
      state.next = sequence + 1;
      return 'new';
    }
    return state.missing?.delete(sequence) ? 'reordered' : 'duplicated';
  }

  #turnTo(stream: number): void {
    let state = this.#streams.get(stream);
    if (state === undefined) {
      state = { next: 0, missing: null };
      this.#streams.set(stream, state);
    }
    this.#stream = stream;
    this.#state = state;
  }
}

/** Stream -1, which nobody sends. */
const NONE: StreamState = { next: 0, missing: null };

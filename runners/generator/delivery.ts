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

  /** Notes an arrival and says what it is. */
  arrived(stream: number, sequence: number): Arrival {
    let state = this.#streams.get(stream);
    if (state === undefined) {
      state = { next: 0, missing: null };
      this.#streams.set(stream, state);
    }
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
}

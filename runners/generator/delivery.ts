/** What one arrival is, judged by its sequence. */
export type Arrival = 'new' | 'reordered' | 'duplicated';

interface StreamState {
  /** One more than the largest sequence seen. */
  next: number;
  /** What has not come below `next`, in order; `null` as long as nothing was missing. */
  gaps: Gap[] | null;
}

/** Sequences from `from` to before `end`, at least one. */
interface Gap {
  readonly from: number;
  readonly end: number;
}

/**
 * What one subscriber has received of each numbered stream. No arrival makes more than one gap, so
 * it holds as much as has come, whatever is missing.
 */
export class DeliveryTracker {
  /**
   * The first stream that came, by itself: a subscriber of a publisher's channel has no other, and
   * needs no map to be searched with every delivery.
   */
  #firstStream = -1;
  readonly #first: StreamState = { next: 0, gaps: null };
  #others: Map<number, StreamState> | null = null;

  /** One more than the largest sequence of a stream that has come; 0 before the first. */
  nextOf(stream: number): number {
    return (stream === this.#firstStream ? this.#first : this.#others?.get(stream))?.next ?? 0;
  }

  /** Notes an arrival and says what it is. */
  arrived(stream: number, sequence: number): Arrival {
    if (this.#firstStream === -1) this.#firstStream = stream;
    const state = stream === this.#firstStream ? this.#first : this.#other(stream);
    if (sequence === state.next) {
      state.next += 1;
      return 'new';
    }
    if (sequence > state.next) {
      state.gaps ??= [];
      state.gaps.push({ from: state.next, end: sequence });
      state.next = sequence + 1;
      return 'new';
    }
    return state.gaps !== null && fill(state.gaps, sequence) ? 'reordered' : 'duplicated';
  }

  #other(stream: number): StreamState {
    this.#others ??= new Map();
    let state = this.#others.get(stream);
    if (state === undefined) {
      state = { next: 0, gaps: null };
      this.#others.set(stream, state);
    }
    return state;
  }
}

/** The trackers of a process's subscribers, found without a search: their numbers are those from {@link first} on. */
export class DeliveryTrackers {
  /** The smallest number of a subscriber. */
  first = 0;
  readonly #trackers: (DeliveryTracker | undefined)[] = [];

  /** A subscriber's. */
  of(subscriber: number): DeliveryTracker {
    const known = this.#trackers[subscriber - this.first];
    if (known !== undefined) return known;
    const tracker = new DeliveryTracker();
    this.#trackers[subscriber - this.first] = tracker;
    return tracker;
  }
}

/** Takes a sequence out of the gap that it is in; false if it is in none. */
function fill(gaps: Gap[], sequence: number): boolean {
  // The first gap that ends behind the sequence is the only one that can hold it.
  let low = 0;
  let high = gaps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((gaps[middle]?.end ?? 0) > sequence) high = middle;
    else low = middle + 1;
  }
  const gap = gaps[low];
  if (gap === undefined || gap.from > sequence) return false;
  const rest = [
    { from: gap.from, end: sequence },
    { from: sequence + 1, end: gap.end },
  ].filter(({ from, end }) => from < end);
  gaps.splice(low, 1, ...rest);
  return true;
}

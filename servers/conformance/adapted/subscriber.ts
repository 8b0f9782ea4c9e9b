import type { HttpClient } from '../client/http.ts';
import type { Peer } from '../client/peer.ts';
import type { Reader } from '../readers.ts';

/** A subscription in the words of a dialect. */
export interface Subscriber extends Reader {
  /** What another subscription resumes with, to miss nothing of what follows. */
  mark(): unknown;
  /** Sends a frame up; missing where that is a matter of requests. */
  readonly send?: (frame: string) => void;
  /** Hangs up. */
  destroy(): void;
}

/** Where a subscription is made, of what, and with which mark it resumes; `null`: it is a first one. */
export interface Subscription {
  readonly peer: Peer;
  readonly http: HttpClient;
  readonly channel: string;
  readonly mark: unknown;
}

import { MIN_LOG_FRAMES, ROUTES } from '../contract.ts';
import { expectStatus, HttpClient } from './client/http.ts';
import type { Peer } from './client/peer.ts';
import { Unverified } from './verdict.ts';

/** A channel with more frames than a log must keep. */
export interface DeepChannel {
  readonly name: string;
  readonly frames: number;
}

/** 500 more than a log must keep. */
const FRAMES = MIN_LOG_FRAMES + 500;

/** Connections that publish side by side: 10,500 round trips, one after the other, take too long. */
const PUBLISHERS = 16;

/** How long filling may take. Beyond it the frames would begin to be old enough to be forgotten. */
export const FILL_WITHIN_MS = 25_000;

/**
 * Publishes 10,500 numbered frames, in no particular order.
 *
 * @throws Broken if one is refused; Unverified if the server is too slow
 */
export async function fillDeepChannel(peer: Peer, name: string): Promise<DeepChannel> {
  const http = new HttpClient(peer);
  const endAt = performance.now() + FILL_WITHIN_MS;
  let published = 0;
  const publisher = async () => {
    while (published < FRAMES) {
      if (performance.now() > endAt) {
        throw new Unverified(
          `the server took ${published} of ${FRAMES} frames in ${FILL_WITHIN_MS / 1_000} s`,
        );
      }
      published += 1;
      expectStatus(
        await http.request('POST', `${ROUTES.publish}?channel=${name}`, { body: `${published}` }),
        204,
      );
    }
  };
  try {
    await Promise.all(Array.from({ length: PUBLISHERS }, publisher));
  } finally {
    http.close();
  }
  return { name, frames: FRAMES };
}

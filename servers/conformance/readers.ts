import type { Transport } from '../contract.ts';
import { AT_ONCE_MS, QUIET_MS } from './client/limits.ts';
import type { Probe } from './probe.ts';

/** A subscriber of a channel, by any transport. */
export interface Reader {
  /** The next `count` frames; fewer if they do not come, more if one answer brings more. */
  take(count: number): Promise<readonly string[]>;
  /** What comes although nothing more should. */
  surplus(): Promise<readonly string[]>;
}

/** Opens a reader of every frame after `after`; by default of every frame from now on. */
type OpenReader = (probe: Probe, channel: string, after?: number) => Promise<Reader>;

/** How each transport is read; what a rule says of delivery, it says of all four. */
export const READERS: Readonly<Record<Transport, OpenReader>> = {
  polling: async (probe, channel, after) => {
    const start = after ?? (await probe.poll(channel)).next;
    return pullReader(start, (cursor) => probe.poll(channel, cursor));
  },
  'long-polling': async (probe, channel, after) => {
    const start = after ?? (await probe.longPoll(channel, undefined, QUIET_MS)).next;
    return pullReader(start, (cursor) => probe.longPoll(channel, cursor, QUIET_MS));
  },
  sse: async (probe, channel, after) => {
    const { frames } = await probe.events(channel, after === undefined ? {} : { after });
    return { take: (count) => frames.take(count, AT_ONCE_MS), surplus: () => frames.surplus() };
  },
  websocket: async (probe, channel, after) => {
    const { frames } = await probe.socket(channel, after === undefined ? {} : { after });
    return { take: (count) => frames.take(count, AT_ONCE_MS), surplus: () => frames.surplus() };
  },
};

function pullReader(
  start: number,
  pull: (cursor: number) => Promise<{ next: number; frames: readonly string[] }>,
): Reader {
  let cursor = start;
  const pullOnce = async () => {
    const { next, frames } = await pull(cursor);
    cursor = next;
    return frames;
  };
  return {
    take: async (count) => {
      const taken: string[] = [];
      while (taken.length < count) {
        const frames = await pullOnce();
        // What was published before it is asked for must be there: nothing now is nothing ever.
        if (frames.length === 0) break;
        taken.push(...frames);
      }
      return taken;
    },
    surplus: pullOnce,
  };
}

/** All frames of a channel so far, by the first transport that the server names. */
export async function readBack(probe: Probe, channel: string, expected: number): Promise<readonly string[]> {
  const [transport = 'polling'] = probe.transports;
  const reader = await READERS[transport](probe, channel, 0);
  const frames = expected === 0 ? [] : await reader.take(expected);
  return [...frames, ...(await reader.surplus())];
}

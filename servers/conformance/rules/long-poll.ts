import { performance } from 'node:perf_hooks';
import { ROUTES } from '../../contract.ts';
import { expectBadRequest } from '../client/http.ts';
import { pause } from '../client/limits.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';
import { BAD_CURSORS, expectPolled } from './poll.ts';
import { BAD_CHANNELS } from './publish.ts';

/** Timers may fire a little early, and the wait begins on the way to the server. */
const EARLY_MS = 20;

/** How late an answer that is due may be, on a busy machine. */
const LATE_MS = 1_000;

/** `GET /long-poll`. */
export const longPollRules: readonly Rule[] = [
  {
    id: 'long-poll-held-until-frame',
    title: 'A long-poll is held until there is a frame, and answered with it at once',
    needs: ['long-polling'],
    check: async (probe) => {
      const channel = probe.channel();
      const waiting = Promise.all([1, 2, 3].map(() => timed(probe.longPoll(channel, 0, 4_000))));
      const early = await Promise.race([waiting.then(() => true), pause(300).then(() => false)]);
      if (early)
        throw new Broken('a long-poll must be held while there is no frame', ['it was answered at once']);
      await probe.publish(channel, 'news');
      for (const { value, tookMs } of await waiting) {
        expectPolled('a held long-poll', value, { next: 1, frames: ['news'] });
        expectTook('a held long-poll, with a frame after 300 ms', tookMs, 300 - EARLY_MS, 300 + LATE_MS);
      }
    },
  },
  {
    id: 'long-poll-held-until-wait-over',
    title: 'A long-poll without news is answered with no frames when its wait is over',
    needs: ['long-polling'],
    check: async (probe) => {
      const { value, tookMs } = await timed(probe.longPoll(probe.channel(), 0, 500));
      expectPolled('a long-poll without news', value, { next: 0, frames: [] });
      expectTook('a long-poll with wait=500', tookMs, 500 - EARLY_MS, 500 + LATE_MS);
    },
  },
  {
    id: 'long-poll-everything-queued',
    title: 'A long-poll is answered at once with everything queued, in one answer',
    needs: ['long-polling'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, 'a', 'b', 'c');
      for (const [after, frames] of [
        [0, ['a', 'b', 'c']],
        [1, ['b', 'c']],
      ] as const) {
        const { value, tookMs } = await timed(probe.longPoll(channel, after, 2_000));
        expectPolled(`a long-poll of three frames, after=${after}`, value, { next: 3, frames });
        expectTook('a long-poll with frames queued', tookMs, 0, LATE_MS);
      }
    },
  },
  {
    id: 'long-poll-without-after',
    title: 'A long-poll without a cursor is answered at once, with the current end and no frames',
    needs: ['long-polling'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, 'a', 'b');
      const { value, tookMs } = await timed(probe.longPoll(channel, undefined, 2_000));
      expectPolled('a long-poll of two frames, without after', value, { next: 2, frames: [] });
      expectTook('a long-poll without after', tookMs, 0, LATE_MS);
    },
  },
  {
    id: 'long-poll-malformed',
    title:
      'A long-poll without a wait, or with a malformed channel, cursor or wait, is answered 400 with a reason',
    needs: ['long-polling'],
    check: async (probe) => {
      const channel = `?channel=${probe.channel()}`;
      const queries = [
        '?after=0&wait=100',
        `${channel}&after=0`,
        ...BAD_CHANNELS.map((query) => `${query}&after=0&wait=100`),
        ...BAD_CURSORS.map((after) => `${channel}&after=${after}&wait=100`),
        `${channel}&after=0&wait=soon`,
      ];
      for (const query of queries) expectBadRequest(await probe.request('GET', `${ROUTES.longPoll}${query}`));
    },
  },
];

async function timed<T>(promise: Promise<T>): Promise<{ value: T; tookMs: number }> {
  const startedAt = performance.now();
  return { value: await promise, tookMs: performance.now() - startedAt };
}

function expectTook(what: string, tookMs: number, fromMs: number, toMs: number): void {
  if (tookMs >= fromMs && tookMs <= toMs) return;
  throw new Broken(`${what} must take from ${fromMs} to ${toMs} ms`, [`it took ${Math.round(tookMs)} ms`]);
}

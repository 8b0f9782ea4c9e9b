import { ROUTES } from '../../contract.ts';
import { expectBadRequest } from '../client/http.ts';
import type { Polled } from '../probe.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';
import { BAD_CHANNELS } from './publish.ts';

/** Cursors that are no decimal integers. */
export const BAD_CURSORS: readonly string[] = ['-1', '1.5', 'x', '0x1', '1e2'];

/** `GET /poll`. */
export const pollRules: readonly Rule[] = [
  {
    id: 'poll-fresh-channel',
    title: 'A fresh channel is polled with {"next":0,"frames":[]}: cursors start at 0',
    needs: ['polling'],
    check: async (probe) => {
      const channel = probe.channel();
      expectPolled('a fresh channel', await probe.poll(channel), { next: 0, frames: [] });
      expectPolled('a fresh channel, after=0', await probe.poll(channel, 0), { next: 0, frames: [] });
    },
  },
  {
    id: 'poll-cursor',
    title: 'A poll brings the frames after its cursor, and the cursor after them',
    needs: ['polling'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, 'a', 'b', 'c');
      const expected: readonly [number | undefined, readonly string[]][] = [
        [0, ['a', 'b', 'c']],
        [1, ['b', 'c']],
        [2, ['c']],
        [3, []],
        [undefined, []],
      ];
      for (const [after, frames] of expected) {
        const what = after === undefined ? 'three frames, without after' : `three frames, after=${after}`;
        expectPolled(what, await probe.poll(channel, after), { next: 3, frames });
      }
    },
  },
  {
    id: 'poll-malformed',
    title: 'A poll without a channel, or with a malformed channel or cursor, is answered 400 with a reason',
    needs: ['polling'],
    check: async (probe) => {
      const cursors = BAD_CURSORS.map((after) => `?channel=${probe.channel()}&after=${after}`);
      for (const query of ['', ...BAD_CHANNELS, ...cursors]) {
        expectBadRequest(await probe.request('GET', `${ROUTES.poll}${query}`));
      }
    },
  },
];

/** @throws Broken if a poll brought anything else */
export function expectPolled(what: string, polled: Polled, expected: Polled): void {
  const [got, wanted] = [polled, expected].map(({ next, frames }) => JSON.stringify({ next, frames }));
  if (got !== wanted) throw new Broken(`${what} must be answered ${wanted}`, [`it was answered ${got}`]);
}

import { ROUTES } from '../../contract.ts';
import { expectBadRequest } from '../client/http.ts';
import { AT_ONCE_MS } from '../client/limits.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';
import { expectFrames } from './delivery.ts';
import { BAD_CURSORS } from './poll.ts';
import { BAD_CHANNELS } from './publish.ts';

/** `GET /events`. */
export const eventsRules: readonly Rule[] = [
  {
    id: 'events-subscribed',
    title: 'An event stream says ": subscribed" first, and brings what is published from that instant',
    needs: ['sse'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, 'before the subscription');
      const { frames } = await probe.events(channel, { atOnce: true });
      await probe.publish(channel, 'after it');
      expectFrames([...(await frames.take(1, AT_ONCE_MS)), ...(await frames.surplus())], ['after it']);
    },
  },
  {
    id: 'events-id',
    title: 'The id of an event is the cursor after its frame',
    needs: ['sse'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, 'a');
      const stream = await probe.events(channel);
      await probe.publish(channel, 'b', 'c');
      await stream.frames.take(2, AT_ONCE_MS);
      const ids = stream.ids.join(', ');
      if (ids !== '2, 3')
        throw new Broken('the second and third frame must have the ids 2, 3', [`ids: ${ids || 'none'}`]);
    },
  },
  {
    id: 'events-resume',
    title: 'An event stream resumes after Last-Event-ID or after=n, and goes on with what is new',
    needs: ['sse'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, 'a', 'b', 'c');
      const streams = [
        await probe.events(channel, { after: 1 }),
        await probe.events(channel, { lastEventId: 1 }),
      ];
      await probe.publish(channel, 'd');
      for (const { frames } of streams) {
        expectFrames([...(await frames.take(3, AT_ONCE_MS)), ...(await frames.surplus())], ['b', 'c', 'd']);
      }
    },
  },
  {
    id: 'events-malformed',
    title:
      'An event stream without a channel, or with a malformed channel or cursor, is answered 400 with a reason',
    needs: ['sse'],
    check: async (probe) => {
      const cursors = BAD_CURSORS.map((after) => `?channel=${probe.channel()}&after=${after}`);
      for (const query of ['', ...BAD_CHANNELS, ...cursors]) {
        const target = `${ROUTES.events}${query}`;
        const status = await probe.status(target);
        // A stream has no end to wait for.
        if (status === 200) throw new Broken(`GET ${target} must be answered 400`, ['it was answered 200']);
        expectBadRequest(await probe.request('GET', target));
      }
    },
  },
];

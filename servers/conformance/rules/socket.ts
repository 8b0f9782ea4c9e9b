import { ROUTES } from '../../contract.ts';
import { described, expectBadRequest } from '../client/http.ts';
import { AT_ONCE_MS, pause, QUIET_MS } from '../client/limits.ts';
import { partOfTextFrame, upgradeHead } from '../client/raw-frames.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';
import { expectFrames } from './delivery.ts';
import { BAD_CURSORS } from './poll.ts';
import { BAD_CHANNELS } from './publish.ts';

/** How often a frame is published at the instant of the 101. */
const RACES = 10;

/** `GET /socket`. */
export const socketRules: readonly Rule[] = [
  {
    id: 'socket-subscribed-before-101',
    title: 'A frame that is published at the instant of the 101 arrives',
    needs: ['websocket'],
    check: async (probe) => {
      for (let race = 0; race < RACES; race += 1) {
        const channel = probe.channel();
        await probe.publish(channel, 'before the subscription'); // Also opens the connection to publish on.
        let published = Promise.resolve();
        const { frames } = await probe.socket(channel, {}, () => {
          published = probe.publish(channel, 'at once');
          published.catch(() => {}); // Awaited below, unless the socket fails first.
        });
        await published;
        expectFrames(await frames.take(1, AT_ONCE_MS / 2), ['at once']);
      }
    },
  },
  {
    id: 'socket-up',
    title: 'A text frame up is published to the channel: to every subscriber, its sender included',
    needs: ['websocket'],
    check: async (probe) => {
      const channel = probe.channel();
      const [sender, other] = [await probe.socket(channel), await probe.socket(channel)];
      const sent = ['a', 'zwölf\nBoxkämpfer 🥊', '', 'x'.repeat(70_000)];
      for (const frame of sent) sender.send(frame);
      for (const { frames } of [sender, other]) {
        expectFrames([...(await frames.take(sent.length, AT_ONCE_MS)), ...(await frames.surplus())], sent);
      }
    },
  },
  {
    id: 'socket-fragments',
    title: 'A message in fragments, cut inside a character, is published as one frame',
    needs: ['websocket'],
    check: async (probe) => {
      const channel = probe.channel();
      const socket = await probe.socket(channel);
      const message = Buffer.from('in three 🥊 fragments');
      const cut = message.indexOf('🥊') + 2;
      socket.send(message.subarray(0, cut), message.subarray(cut, cut + 4), message.subarray(cut + 4));
      const { frames } = socket;
      expectFrames(
        [...(await frames.take(1, AT_ONCE_MS)), ...(await frames.surplus())],
        [message.toString()],
      );
    },
  },
  {
    id: 'socket-broken-off',
    title: 'A message that breaks off is not published',
    needs: ['websocket'],
    check: async (probe) => {
      const channel = probe.channel();
      const { frames } = await probe.socket(channel);
      for (const part of [
        partOfTextFrame({ final: true, declaredBytes: 20, payload: 'half of it' }),
        partOfTextFrame({ final: false, declaredBytes: 14, payload: 'first fragment' }),
      ]) {
        const connection = await probe.raw();
        await connection.send(upgradeHead(probe.peer, `${ROUTES.socket}?channel=${channel}`));
        const status = await connection.status();
        if (status !== 101)
          throw new Broken('an upgrade must be answered 101', [`it was answered ${status}`]);
        await connection.send(part);
        connection.destroy();
      }
      await pause(QUIET_MS);
      await probe.publish(channel, 'whole');
      expectFrames([...(await frames.take(1, AT_ONCE_MS)), ...(await frames.surplus())], ['whole']);
    },
  },
  {
    id: 'socket-resume',
    title: 'A WebSocket with after=n brings the frames after the cursor, then what is new',
    needs: ['websocket'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, 'a', 'b', 'c');
      const { frames } = await probe.socket(channel, { after: 1 });
      await probe.publish(channel, 'd');
      expectFrames([...(await frames.take(3, AT_ONCE_MS)), ...(await frames.surplus())], ['b', 'c', 'd']);
    },
  },
  {
    id: 'socket-without-upgrade',
    title: 'GET /socket without an upgrade is answered with a 4xx',
    needs: ['websocket'],
    check: async (probe) => {
      const answer = await probe.request('GET', `${ROUTES.socket}?channel=${probe.channel()}`);
      if (answer.status >= 400 && answer.status <= 499) return;
      throw new Broken('GET /socket without an upgrade must be answered with a 4xx', [described(answer)]);
    },
  },
  {
    id: 'socket-malformed',
    title:
      'An upgrade without a channel, or with a malformed channel or cursor, is answered 400 with a reason',
    needs: ['websocket'],
    check: async (probe) => {
      const cursors = BAD_CURSORS.map((after) => `?channel=${probe.channel()}&after=${after}`);
      for (const query of ['', ...BAD_CHANNELS, ...cursors]) {
        expectBadRequest(await probe.upgrade(`${ROUTES.socket}${query}`));
      }
    },
  },
];

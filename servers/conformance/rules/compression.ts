import { ROUTES } from '../../contract.ts';
import { type Codings, isGzip, unzipped } from '../client/coding.ts';
import { described, expectStatus, jsonOf } from '../client/http.ts';
import { AT_ONCE_MS, pause } from '../client/limits.ts';
import type { Probe } from '../probe.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';
import { expectFrames } from './delivery.ts';

/** What recurs and what does not, so that a compressor that forgets, or remembers too much, is found out. */
const FRAMES = Array.from(
  { length: 20 },
  (_, index) => `{"id":${index},"name":"zwölf 🥊","price":${index * 7_919}}`,
);

/** A server need not compress; where it does, what comes is what was published. */
export const compressionRules: readonly Rule[] = [
  {
    id: 'socket-compressed',
    title:
      'Where permessage-deflate is granted, with context or without, frames arrive as they were published',
    needs: ['websocket'],
    check: async (probe) => {
      for (const deflate of ['with context', 'by message'] as const) {
        const channel = probe.channel();
        const target = `${ROUTES.socket}?channel=${channel}`;
        const socket = await probe.webSocket(target, undefined, { deflate });
        if (!socket.compresses) continue;
        await pause(AT_ONCE_MS / 20);
        for (const frame of FRAMES.slice(0, 10)) socket.send(frame);
        const sentByIt = await socket.frames.take(10, AT_ONCE_MS);
        await probe.publish(channel, ...FRAMES.slice(10));
        const received = [...(await socket.frames.take(10, AT_ONCE_MS)), ...(await socket.frames.surplus())];
        if (socket.problem !== null)
          throw new Broken(`permessage-deflate ${deflate} was granted`, [socket.problem]);
        expectFrames([...sentByIt, ...received], FRAMES);
      }
    },
  },
  {
    id: 'poll-compressed',
    title: 'Where an answer is gzip, to a client that takes it, it says so and is whole; to others it is not',
    needs: ['polling'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, ...FRAMES);
      const target = `${ROUTES.poll}?channel=${channel}&after=0`;
      for (const codings of CODINGS) await expectAnswer(probe, target, codings, FRAMES);
    },
  },
  {
    id: 'long-poll-compressed',
    title:
      'Where a long-poll, held or not, is answered with gzip, to a client that takes it, it says so and is whole; to others it is not',
    needs: ['long-polling'],
    check: async (probe) => {
      const channel = probe.channel();
      const target = `${ROUTES.longPoll}?channel=${channel}&after=0&wait=${AT_ONCE_MS / 2}`;
      const publishLater = async () => {
        await pause(AT_ONCE_MS / 20);
        await probe.publish(channel, ...FRAMES.slice(0, 1));
      };
      await Promise.all([
        ...CODINGS.map((codings) => expectAnswer(probe, target, codings, FRAMES.slice(0, 1))),
        publishLater(),
      ]);
      await probe.publish(channel, ...FRAMES.slice(1));
      for (const codings of CODINGS) await expectAnswer(probe, target, codings, FRAMES);
    },
  },
  {
    id: 'events-compressed',
    title:
      'Where an event stream is gzip, to a client that takes it, each event can be read when it has come, as it was published',
    needs: ['sse'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, ...FRAMES.slice(0, 10));
      const stream = await probe.events(channel, { after: 0, codings: 'gzip' });
      if (!stream.compresses) return;
      const missed = await stream.frames.take(10, AT_ONCE_MS);
      await probe.publish(channel, ...FRAMES.slice(10));
      const received = [...(await stream.frames.take(10, AT_ONCE_MS)), ...(await stream.frames.surplus())];
      if (stream.problem !== null) throw new Broken('an event stream came as gzip', [stream.problem]);
      expectFrames([...missed, ...received], FRAMES);
    },
  },
];

const CODINGS: readonly Codings[] = ['identity', 'gzip'];

/** A poll that is gzip was to be, and brings all these frames of a channel. @throws Broken */
async function expectAnswer(
  probe: Probe,
  target: string,
  codings: Codings,
  expected: readonly string[],
): Promise<void> {
  const coded = await probe.request('GET', target, { headers: { 'Accept-Encoding': codings } });
  if (!isGzip(coded.headers, codings)) return;
  expectStatus(coded, 200);
  const answer = unzipped(coded);
  const { next, frames } = jsonOf(answer);
  if (JSON.stringify([next, frames]) !== JSON.stringify([expected.length, expected]))
    throw new Broken('a poll must bring what was published', [described(answer)]);
}

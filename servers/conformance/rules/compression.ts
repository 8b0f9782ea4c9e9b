import { gunzipSync } from 'node:zlib';
import { ROUTES } from '../../contract.ts';
import { AT_ONCE_MS, pause, quoted } from '../client/limits.ts';
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
        await socket.frames.take(10, AT_ONCE_MS);
        await probe.publish(channel, ...FRAMES.slice(10));
        const received = [...(await socket.frames.take(10, AT_ONCE_MS)), ...(await socket.frames.surplus())];
        if (socket.problem !== null)
          throw new Broken(`permessage-deflate ${deflate} was granted`, [socket.problem]);
        expectFrames(received, FRAMES.slice(10));
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
      const expected = JSON.stringify({ next: FRAMES.length, frames: FRAMES });
      await expectBody(probe, target, 'identity', expected);
      await expectBody(probe, target, 'gzip', expected);
    },
  },
];

async function expectBody(probe: Probe, target: string, codings: string, expected: string): Promise<void> {
  const { headers, body } = await probe.request('GET', target, { headers: { 'Accept-Encoding': codings } });
  const coding = headers['content-encoding'] ?? 'identity';
  if (coding !== 'identity' && coding !== codings) {
    throw new Broken(`an answer to "Accept-Encoding: ${codings}" must be coded so, or not at all`, [
      `its Content-Encoding is ${quoted(coding)}`,
    ]);
  }
  const text = coding === 'gzip' ? unzipped(body) : body.toString();
  if (JSON.stringify(JSON.parse(text)) !== expected)
    throw new Broken('a poll must bring what was published', [quoted(text)]);
}

/** @throws Broken */
function unzipped(body: Buffer): string {
  try {
    return gunzipSync(body).toString();
  } catch (error) {
    throw new Broken('an answer with "Content-Encoding: gzip" must be gzip', [String(error)]);
  }
}

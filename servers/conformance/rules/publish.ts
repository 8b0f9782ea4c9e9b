import { MAX_FRAME_BYTES, ROUTES } from '../../contract.ts';
import { described, expectBadRequest, expectStatus } from '../client/http.ts';
import { pause, QUIET_MS, quoted } from '../client/limits.ts';
import { postHead } from '../client/raw.ts';
import type { Probe } from '../probe.ts';
import { readBack } from '../readers.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';
import { expectFrames } from './delivery.ts';

const target = (channel: string) => `${ROUTES.publish}?channel=${channel}`;

/** `POST /publish`, whatever the transports. */
export const publishRules: readonly Rule[] = [
  {
    id: 'publish-appends',
    title: 'POST /publish appends its body to the channel and is answered 204',
    needs: [],
    check: async (probe) => {
      const channel = probe.channel();
      const answer = await probe.request('POST', target(channel), { body: 'a frame' });
      expectStatus(answer, 204);
      expectFrames(await readBack(probe, channel, 1), ['a frame']);
    },
  },
  {
    id: 'publish-own-channel-only',
    title: 'A frame is published to its own channel only',
    needs: [],
    check: async (probe) => {
      const [one, other] = [probe.channel(), probe.channel()];
      await probe.publish(one, 'for one');
      await probe.publish(other, 'for other');
      expectFrames(await readBack(probe, one, 1), ['for one']);
      expectFrames(await readBack(probe, other, 1), ['for other']);
    },
  },
  {
    id: 'publish-byte-by-byte',
    title: 'A request that arrives byte by byte is published as one frame',
    needs: [],
    check: async (probe) => {
      const channel = probe.channel();
      const body = 'one byte a segment';
      const request = postHead(probe.peer, target(channel), { 'Content-Length': `${body.length}` }) + body;
      await publishRaw(probe, [...request]);
      expectFrames(await readBack(probe, channel, 1), [body]);
    },
  },
  {
    id: 'publish-split-character',
    title: 'A multi-byte character that arrives over two segments is published whole',
    needs: [],
    check: async (probe) => {
      const channel = probe.channel();
      const frame = 'a € and a 🥊';
      const body = Buffer.from(frame);
      const [euro, glove] = [body.indexOf('€') + 1, body.indexOf('🥊') + 2];
      const head = postHead(probe.peer, target(channel), { 'Content-Length': `${body.length}` });
      await publishRaw(probe, [
        head,
        body.subarray(0, euro),
        body.subarray(euro, glove),
        body.subarray(glove),
      ]);
      const frames = await readBack(probe, channel, 1);
      if (frames.length === 1 && frames[0] === frame) return;
      throw new Broken(`${quoted(frame)}, cut inside its characters on the way, must be published as it is`, [
        `the channel holds ${frames.map(quoted).join(' and ') || 'nothing'}`,
      ]);
    },
  },
  {
    id: 'publish-chunked',
    title: 'A chunked body is published as one frame',
    needs: [],
    check: async (probe) => {
      const channel = probe.channel();
      const head = postHead(probe.peer, target(channel), { 'Transfer-Encoding': 'chunked' });
      await publishRaw(probe, [
        head,
        '6\r\nthree \r\n',
        '7\r\nchunks \r\n',
        '9\r\none frame\r\n',
        '0\r\n\r\n',
      ]);
      expectFrames(await readBack(probe, channel, 1), ['three chunks one frame']);
    },
  },
  {
    id: 'publish-broken-off',
    title: 'A body that breaks off is not published',
    needs: [],
    check: async (probe) => {
      const channel = probe.channel();
      const known = await probe.raw();
      await known.send(postHead(probe.peer, target(channel), { 'Content-Length': '20' }), 'half of it');
      known.destroy();
      const chunked = await probe.raw();
      await chunked.send(
        postHead(probe.peer, target(channel), { 'Transfer-Encoding': 'chunked' }),
        '4\r\nhalf\r\n',
      );
      chunked.destroy();
      await pause(QUIET_MS);
      await probe.publish(channel, 'whole');
      expectFrames(await readBack(probe, channel, 1), ['whole']);
    },
  },
  {
    id: 'publish-size-limit',
    title: 'A body of 1 MiB is published; a longer one is answered 413 and is not',
    needs: [],
    check: async (probe) => {
      const channel = probe.channel();
      const largest = 'm'.repeat(MAX_FRAME_BYTES);
      await probe.publish(channel, largest);
      const connection = await probe.raw();
      const bytes = MAX_FRAME_BYTES + 1;
      await connection.send(postHead(probe.peer, target(channel), { 'Content-Length': `${bytes}` }));
      // Who refuses by the length alone may answer and hang up before the body: then none is sent,
      // since a reset would take the answer away.
      await pause(QUIET_MS);
      if (!connection.hasAnswer) await connection.send('x'.repeat(bytes));
      const status = await connection.status();
      if (status !== 413) {
        throw new Broken(`a body of ${bytes} B must be answered 413`, [
          status === 0 ? 'the server hung up' : `it was answered ${status}`,
        ]);
      }
      const frames = await readBack(probe, channel, 1);
      if (frames.length === 1 && frames[0] === largest) return;
      throw new Broken(`the channel must hold the frame of ${MAX_FRAME_BYTES} B and nothing else`, [
        `it holds ${frames.map(quoted).join(' and ') || 'nothing'}`,
      ]);
    },
  },
  {
    id: 'publish-malformed',
    title: 'POST /publish without a channel, or with a name that is none, is answered 400 with a reason',
    needs: [],
    check: async (probe) => {
      for (const query of ['', ...BAD_CHANNELS]) {
        expectBadRequest(await probe.request('POST', `${ROUTES.publish}${query}`, { body: 'x' }));
      }
      const longest = 'L'.repeat(32) + probe.channel().slice(0, 32).padEnd(32, '_');
      const answer = await probe.request('POST', target(longest), { body: 'x' });
      if (answer.status === 204) return;
      throw new Broken('a channel name of 64 characters is allowed', [described(answer)]);
    },
  },
  {
    id: 'unknown-route',
    title: 'An unknown route is answered 404',
    needs: [],
    check: async (probe) => {
      expectStatus(await probe.request('GET', '/no-such-route'), 404);
      expectStatus(await probe.request('POST', '/no-such-route?channel=c', { body: 'x' }), 404);
    },
  },
];

/** Queries whose channel is not `[A-Za-z0-9_-]{1,64}`. */
export const BAD_CHANNELS: readonly string[] = [
  '?channel=',
  '?channel=a%20b',
  '?channel=caf%C3%A9',
  `?channel=${'x'.repeat(65)}`,
];

async function publishRaw(probe: Probe, pieces: readonly (string | Buffer)[]): Promise<void> {
  const connection = await probe.raw();
  await connection.send(...pieces);
  const status = await connection.status();
  if (status === 204) return;
  throw new Broken('the request must be answered 204', [
    status === 0 ? 'the server hung up' : `it was answered ${status}`,
  ]);
}

import { ROUTES } from '../../contract.ts';
import { type Answer, described, expectBadRequest, expectStatus } from '../client/http.ts';
import { quoted } from '../client/limits.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';
import { BAD_CHANNELS } from './publish.ts';

const target = (channel: string) => `${ROUTES.value}?channel=${channel}`;

/** `GET /value`, which belongs to polling. */
export const valueRules: readonly Rule[] = [
  {
    id: 'value-newest',
    title: 'GET /value brings the newest frame as its body, and 204 while there is none',
    needs: ['polling'],
    check: async (probe) => {
      const channel = probe.channel();
      expectStatus(await probe.request('GET', target(channel)), 204);
      for (const frame of ['first', 'zwölf 🥊\n', '']) {
        await probe.publish(channel, frame);
        const answer = await probe.request('GET', target(channel));
        expectStatus(answer, 200);
        if (answer.body.equals(Buffer.from(frame))) continue;
        throw new Broken(`the newest frame, ${quoted(frame)}, must be the body`, [described(answer)]);
      }
    },
  },
  {
    id: 'value-etag',
    title: 'GET /value carries an ETag, answers 304 to it, and 200 with another after the next frame',
    needs: ['polling'],
    check: async (probe) => {
      const channel = probe.channel();
      await probe.publish(channel, 'same text');
      const first = await probe.request('GET', target(channel));
      const headers = { 'If-None-Match': etagOf(first) };
      expectStatus(await probe.request('GET', target(channel), { headers }), 304);
      await probe.publish(channel, 'other text');
      const next = await probe.request('GET', target(channel), { headers });
      expectStatus(next, 200);
      if (etagOf(next) !== etagOf(first)) return;
      throw new Broken('another frame must have another ETag', [`both have ${etagOf(first)}`]);
    },
  },
  {
    id: 'value-malformed',
    title: 'GET /value without a channel, or with a name that is none, is answered 400 with a reason',
    needs: ['polling'],
    check: async (probe) => {
      for (const query of ['', ...BAD_CHANNELS]) {
        expectBadRequest(await probe.request('GET', `${ROUTES.value}${query}`));
      }
    },
  },
];

function etagOf(answer: Answer): string {
  expectStatus(answer, 200);
  const { etag } = answer.headers;
  if (etag === undefined)
    throw new Broken(`${answer.asked} must be answered with an ETag`, [described(answer)]);
  return etag;
}

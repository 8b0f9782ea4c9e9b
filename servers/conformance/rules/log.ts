import { MIN_LOG_FRAMES, ROUTES, TRANSPORTS, type Transport } from '../../contract.ts';
import { type Answer, described, expectStatus, jsonOf } from '../client/http.ts';
import { FILL_WITHIN_MS } from '../deep-channel.ts';
import type { Probe } from '../probe.ts';
import { READERS } from '../readers.ts';
import { RULE_LIMIT_MS, type Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';
import { PREFIX } from './delivery.ts';

/** How far back a channel can be read, by every transport. */
export const logRules: readonly Rule[] = TRANSPORTS.map((transport) => ({
  id: `${PREFIX[transport]}-log`,
  title: `${transport} answers a cursor 10,500 frames old completely or with 410, and one 10,000 frames old completely`,
  needs: [transport],
  limitMs: FILL_WITHIN_MS + RULE_LIMIT_MS,
  check: (probe: Probe) => checkLog(probe, transport),
}));

async function checkLog(probe: Probe, transport: Transport): Promise<void> {
  const { name, frames: end } = await probe.deepChannel();
  const oldest = await oldestAnswered(probe, transport, name, end);
  for (const after of new Set([oldest, end - MIN_LOG_FRAMES])) {
    const frames = await framesAfter(probe, transport, name, after, end);
    if (new Set(frames).size === end - after && frames.length === end - after) continue;
    throw new Broken(`after=${after} of ${end} frames must be answered with ${end - after} or with 410`, [
      `${frames.length} frames came, ${new Set(frames).size} of them different`,
    ]);
  }
  if (oldest === 0) return;
  const older = await asked(probe, transport, name, oldest - 1);
  if (older.status !== 410) {
    throw new Broken(
      `after=${oldest - 1} must be answered 410: the smallest answered is said to be ${oldest}`,
      [described(older)],
    );
  }
}

/** 0, or what a 410 says. */
async function oldestAnswered(
  probe: Probe,
  transport: Transport,
  channel: string,
  end: number,
): Promise<number> {
  const answer = await asked(probe, transport, channel, 0);
  if (answer.status !== 410) {
    expectStatus(answer, OPENED[transport]);
    return 0;
  }
  const { next, oldest } = jsonOf(answer);
  if (next !== end) throw new Broken(`"next" of a 410 must be the current end, ${end}`, [described(answer)]);
  if (typeof oldest !== 'number' || !(oldest > 0 && oldest <= end - MIN_LOG_FRAMES)) {
    throw new Broken(
      `"oldest" of a 410 must be from 1 to ${end - MIN_LOG_FRAMES}: ${MIN_LOG_FRAMES} frames are kept`,
      [described(answer)],
    );
  }
  return oldest;
}

const OPENED: Readonly<Record<Transport, number>> = {
  polling: 200,
  'long-polling': 200,
  sse: 200,
  websocket: 101,
};

/** The answer to a subscription or poll at a cursor; without the body where it may never end. */
async function asked(probe: Probe, transport: Transport, channel: string, after: number): Promise<Answer> {
  const query = `?channel=${channel}&after=${after}`;
  switch (transport) {
    case 'polling':
      return await probe.request('GET', `${ROUTES.poll}${query}`);
    case 'long-polling':
      return await probe.request('GET', `${ROUTES.longPoll}${query}&wait=200`);
    case 'sse': {
      const target = `${ROUTES.events}${query}`;
      const status = await probe.status(target);
      if (status !== 200) return await probe.request('GET', target);
      return { asked: `GET ${target}`, status, headers: {}, body: Buffer.alloc(0) };
    }
    case 'websocket':
      return await probe.upgrade(`${ROUTES.socket}${query}`);
  }
}

async function framesAfter(
  probe: Probe,
  transport: Transport,
  channel: string,
  after: number,
  end: number,
): Promise<readonly string[]> {
  const reader = await READERS[transport](probe, channel, after);
  return await reader.take(end - after);
}

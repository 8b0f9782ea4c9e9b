import { TRANSPORTS, type Transport } from '../../contract.ts';
import { AT_ONCE_MS, pause } from '../client/limits.ts';
import { ANY_TEXT, checkExact, checkFifty, expectFrames, PREFIX, SEVERAL_LINES } from '../rules/delivery.ts';
import { Broken, Unverified } from '../verdict.ts';
import { openingIn } from './opening.ts';
import type { AdaptedProbe } from './probe.ts';
import type { Subscriber } from './subscriber.ts';

type Check = (probe: AdaptedProbe) => Promise<void>;

/** The rule of each transport that says how it goes on behind a cursor. */
const RESUMES: Readonly<Record<Transport, string>> = {
  polling: 'poll-cursor',
  'long-polling': 'long-poll-everything-queued',
  sse: 'events-resume',
  websocket: 'socket-resume',
};

/** The rules of the contract that hold in any words, by id, and how they are checked in those of an adapter. */
export const ADAPTED_RULES: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['publish-appends', (probe) => checkOwnChannel(probe, false)],
  ['publish-own-channel-only', (probe) => checkOwnChannel(probe, true)],
  ...TRANSPORTS.flatMap((transport): [string, Check][] => [
    [`${PREFIX[transport]}-every-frame-once`, (probe) => checkFifty(probe, transport)],
    [`${PREFIX[transport]}-two-lines`, (probe) => checkExact(probe, transport, SEVERAL_LINES)],
    [`${PREFIX[transport]}-any-text`, (probe) => checkExact(probe, transport, ANY_TEXT)],
    [RESUMES[transport], (probe) => checkResume(probe, transport)],
  ]),
  ['value-newest', (probe) => checkNewest(probe, ['first', 'zwölf 🥊\n', ''])],
  ['value-etag', (probe) => checkNewest(probe, ['same text', 'other text', 'same text'])],
  ['long-poll-held-until-frame', checkHeld],
  ['socket-up', checkUp],
  ['survives-hang-ups', checkHangUps],
]);

/** @param elsewhere whether something is published to another channel too. */
async function checkOwnChannel(probe: AdaptedProbe, elsewhere: boolean): Promise<void> {
  const [transport = 'polling'] = probe.transports;
  const channel = probe.channel();
  const reader = await probe.reader(transport, channel);
  if (elsewhere) await probe.publish(probe.channel(), 'for another');
  await probe.publish(channel, 'a frame');
  expectFrames(await all(reader, 1), ['a frame']);
}

async function checkResume(probe: AdaptedProbe, transport: Transport): Promise<void> {
  if (probe.dialect[transport]?.resumes !== true) {
    throw new Unverified('the adapter says that a client which comes back cannot go on where it was');
  }
  const channel = probe.channel();
  const first = await probe.reader(transport, channel);
  await probe.publish(channel, 'a', 'b');
  expectFrames(await first.take(2), ['a', 'b']);
  const mark = first.mark();
  first.destroy();
  await probe.publish(channel, 'c', 'd');
  const second = await probe.subscribe(transport, channel, mark);
  await probe.publish(channel, 'e');
  expectFrames(await all(second, 3), ['c', 'd', 'e']);
}

/** Of what was published between two polls the newest comes, and it comes once. */
async function checkNewest(probe: AdaptedProbe, frames: readonly string[]): Promise<void> {
  const channel = probe.channel();
  const reader = await probe.newest(channel);
  expectFrames(await reader.surplus(), []);
  for (const frame of frames) {
    await probe.publish(channel, 'replaced at once', frame);
    expectFrames(await reader.take(1), [frame]);
    expectFrames(await reader.surplus(), []);
  }
}

async function checkHeld(probe: AdaptedProbe): Promise<void> {
  const channel = probe.channel();
  const reader = await probe.reader('long-polling', channel);
  await pause(300);
  const askedAt = performance.now();
  await probe.publish(channel, 'news');
  expectFrames(await all(reader, 1), ['news']);
  const tookMs = performance.now() - askedAt;
  if (tookMs > AT_ONCE_MS) throw new Broken('a held poll must be answered at once', [`it took ${tookMs} ms`]);
}

async function checkUp(probe: AdaptedProbe): Promise<void> {
  const channel = probe.channel();
  const sender = await probe.reader('websocket', channel);
  const other = await probe.reader('websocket', channel);
  const sent = ['a', 'zwölf\nBoxkämpfer 🥊', '', 'x'.repeat(70_000)];
  const { send } = await probe.subscribe('websocket', channel, null);
  if (send === undefined) throw new Unverified('the adapter has no words for a frame that goes up');
  for (const frame of sent) send(frame);
  for (const reader of [sender, other]) expectFrames(await all(reader, sent.length), sent);
}

async function checkHangUps(probe: AdaptedProbe): Promise<void> {
  const channel = probe.channel();
  const opening = openingIn(probe.dialect);
  for (const transport of probe.transports) {
    const connection = await probe.raw();
    await connection.send(opening(probe.peer, transport, channel));
    await pause(20);
    connection.destroy();
  }
  const inTheHead = await probe.raw();
  await inTheHead.send('POST /publ');
  inTheHead.destroy();
  const [transport = 'polling'] = probe.transports;
  const fresh = probe.channel();
  const reader = await probe.reader(transport, fresh);
  await probe.publish(fresh, 'a', 'b');
  expectFrames(await all(reader, 2), ['a', 'b']);
}

/** So many frames, and whatever comes beyond them. */
async function all(reader: Subscriber, count: number): Promise<readonly string[]> {
  return [...(await reader.take(count)), ...(await reader.surplus())];
}

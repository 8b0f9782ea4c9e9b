import { TRANSPORTS, type Transport } from '../../contract.ts';
import { quoted } from '../client/limits.ts';
import type { Probe } from '../probe.ts';
import { READERS, type Reader } from '../readers.ts';
import type { Rule } from '../rule.ts';
import { Broken } from '../verdict.ts';

/** The rules of a transport begin with the name of its route. */
export const PREFIX: Readonly<Record<Transport, string>> = {
  polling: 'poll',
  'long-polling': 'long-poll',
  sse: 'events',
  websocket: 'socket',
};

/** What is needed to see what a server delivers, in whatever words. */
export interface Delivering {
  /** The name of a channel that nobody has used. */
  channel(): string;
  publish(channel: string, ...frames: readonly string[]): Promise<void>;
  reader(transport: Transport, channel: string): Promise<Reader>;
}

/** The same by the contract. */
function delivering(probe: Probe): Delivering {
  return {
    channel: () => probe.channel(),
    publish: (channel, ...frames) => probe.publish(channel, ...frames),
    reader: (transport, channel) => READERS[transport](probe, channel),
  };
}

/** What holds of delivery by every transport alike. */
export const deliveryRules: readonly Rule[] = TRANSPORTS.flatMap((transport) => [
  {
    id: `${PREFIX[transport]}-every-frame-once`,
    title: `${transport} delivers 50 frames of a channel, each once and in order`,
    needs: [transport],
    check: (probe: Probe) => checkFifty(delivering(probe), transport),
  },
  {
    id: `${PREFIX[transport]}-two-lines`,
    title: `${transport} delivers frames of several lines as they are`,
    needs: [transport],
    check: (probe: Probe) => checkExact(delivering(probe), transport, SEVERAL_LINES),
  },
  {
    id: `${PREFIX[transport]}-any-text`,
    title: `${transport} delivers empty, multi-byte, JSON-looking and large frames as they are`,
    needs: [transport],
    check: (probe: Probe) => checkExact(delivering(probe), transport, ANY_TEXT),
  },
]);

export const SEVERAL_LINES = [
  'first line\nsecond line',
  'a\n\nb',
  '\nbegins with a line feed',
  'ends with one\n',
];

export const ANY_TEXT = [
  '',
  'zwölf Boxkämpfer, 十二人のボクサー, 🥊🥊',
  // A line separator to Unicode, and to splitlines() of Python, but not to an event stream.
  'before\u2028after\u2029end',
  '{"next":0,"frames":["\\u0000",null]}',
  '"quoted \\"and\\" escaped"',
  'null',
  ': subscribed',
  'data: not a field',
  ' begins and ends with a space ',
  'x'.repeat(300_000),
];

const BATCHES = 5;
const BATCH = 10;

/** 50 frames arrive, each once and in order. @throws Broken */
export async function checkFifty(probe: Delivering, transport: Transport): Promise<void> {
  const channel = probe.channel();
  const reader = await probe.reader(transport, channel);
  const sent: string[] = [];
  const received: string[] = [];
  for (let batch = 0; batch < BATCHES; batch += 1) {
    const frames = Array.from({ length: BATCH }, (_, index) => `frame ${batch * BATCH + index + 1}`);
    await probe.publish(channel, ...frames);
    sent.push(...frames);
    received.push(...(await reader.take(sent.length - received.length)));
    if (received.length < sent.length) break; // Waiting for every batch that comes short takes too long.
  }
  received.push(...(await reader.surplus()));
  expectFrames(received, sent);
}

/** Frames arrive as they are. @throws Broken */
export async function checkExact(
  probe: Delivering,
  transport: Transport,
  frames: readonly string[],
): Promise<void> {
  const channel = probe.channel();
  const reader = await probe.reader(transport, channel);
  for (const frame of frames) {
    await probe.publish(channel, frame);
    const received = await reader.take(1);
    if (received.length === 1 && received[0] === frame) continue;
    throw new Broken(`the frame ${quoted(frame)} must be delivered as it is`, [
      received.length === 0 ? 'it did not arrive' : `it arrived as ${received.map(quoted).join(' and ')}`,
    ]);
  }
}

/** @throws Broken that says which frames are missing, repeated or out of order */
export function expectFrames(received: readonly string[], sent: readonly string[]): void {
  if (received.length === sent.length && received.every((frame, index) => frame === sent[index])) return;
  const lost = sent.filter((frame) => !received.includes(frame));
  const repeated = received.filter((frame, index) => received.indexOf(frame) < index);
  const unknown = received.filter((frame) => !sent.includes(frame));
  const said = (what: string, frames: readonly string[]) =>
    frames.length === 0 ? [] : [`${what}: ${frames.slice(0, 5).map(quoted).join(', ')}`];
  throw new Broken(`${sent.length} frames must arrive, each once and in order`, [
    `${received.length} arrived`,
    ...said('missing', lost),
    ...said('repeated', repeated),
    ...said('never sent', unknown),
    ...(lost.length + repeated.length + unknown.length === 0 ? ['they are out of order'] : []),
  ]);
}

/**
 * What the codecs cost, beside the well-kept library that could do the same: decoded messages per
 * second of one process, each message a segment of its own in a reused 64 KiB read buffer.
 *
 *   node dist/runners/bench/codecs.bench.js [payloadBytes=100]
 *
 * Rounds are interleaved and their ratios taken pair by pair, so that a drift of the machine
 * meets both sides alike.
 */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { createParser } from 'eventsource-parser';
import * as ws from 'ws';
import { contentOf } from '../../scenarios/content.ts';
import { STAMP_BYTES, stampedFrame } from '../stamp.ts';
import { EventStreamDecoder } from '../wire/event-stream.ts';
import { HttpResponseDecoder } from '../wire/http-response.ts';
import { MessageInflater } from '../wire/message-inflater.ts';
import { decodePollBody } from '../wire/poll-body.ts';
import { encodeFrame, OPCODE, WebSocketDecoder } from '../wire/websocket-frames.ts';

const ROUNDS = 5;
const MESSAGES = 100_000;
/** Streams emit from the microtask queue now and then; a turn lets them. */
const MESSAGES_A_TURN = 1_000;

const payload = 'x'.repeat(Number(process.argv[2] ?? 100));
const readBuffer = Buffer.alloc(65_536 + payload.length);
let seen = 0;
const count = () => {
  seen += 1;
};
const ignore = () => undefined;

type Decode = (buffer: Buffer, start: number, end: number) => unknown;

const event = Buffer.from(`id: 123456\ndata: ${payload}\n\n`);
const frame = encodeFrame(OPCODE.text, Buffer.from(payload), null);
const body = Buffer.from(JSON.stringify({ next: 123_456, frames: [payload] }));
const answer = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n` +
    `Date: Sat, 22 Nov 2025 12:00:00 GMT\r\nConnection: keep-alive\r\nKeep-Alive: timeout=75\r\n\r\n${body}`,
);

/** A message of records, compressed by itself, and what a client with a context keeps of those before it. */
const json = contentOf('json', 1, payload.length);
const jsonFrame = stampedFrame(
  { stream: 0, sequence: 0, dueUs: 1e9, sentUs: 1e9 },
  Math.max(STAMP_BYTES, payload.length),
  json,
);
const flushed = deflateRawSync(jsonFrame, { finishFlush: constants.Z_SYNC_FLUSH });
const compressed = flushed.subarray(0, flushed.length - 4);
const context = json.bytes.subarray(0, 32_768);

function ourInflater(hasContext: boolean): Decode {
  const inflater = new MessageInflater(hasContext, 1 << 24);
  return (...slice) => {
    const { start, end } = inflater.inflate(...slice);
    if (end - start === jsonFrame.length) count();
  };
}

/** zlib, told each time what came before, since it can be asked at once for whole bodies only. */
function zlibInflater(dictionary?: Buffer): Decode {
  const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 1 << 24 };
  const all = dictionary === undefined ? options : { ...options, dictionary };
  return (buffer, start, end) => {
    if (inflateRawSync(buffer.subarray(start, end), all).length === jsonFrame.length) count();
  };
}

function ourHttp(): HttpResponseDecoder {
  const nothing = { onHead: ignore, onBody: ignore, onFraming: ignore, onChunkEnd: ignore };
  return new HttpResponseDecoder({ ...nothing, onEnd: count });
}

/** The shortest reader of a head: what decoding costs without care. */
function splitHttp(buffer: Buffer, start: number, end: number): void {
  const text = buffer.toString('latin1', start, end);
  const [head = ''] = text.split('\r\n\r\n', 1);
  const fields = new Map(
    head.split('\r\n').map((line) => line.toLowerCase().split(': ', 2) as [string, string]),
  );
  if (text.length === head.length + 4 + Number(fields.get('content-length'))) count();
}

function wsReceiver(): Decode {
  const { Receiver } = ws as unknown as { Receiver: new () => NodeJS.WritableStream };
  const receiver = new Receiver().on('message', count);
  return (buffer, start, end) => receiver.write(buffer.subarray(start, end));
}

function eventsourceParser(): Decode {
  const parser = createParser({ onEvent: count });
  return (buffer, start, end) => parser.feed(buffer.toString('utf8', start, end));
}

function otherHeadEachTime(): Decode {
  const decoder = ourHttp();
  const at = answer.indexOf('12:00:00') + 7;
  let second = 0;
  return (buffer, start, end) => {
    second = (second + 1) % 10;
    buffer[start + at] = 0x30 + second;
    decoder.decode(buffer, start, end);
  };
}

const http = ourHttp();
const events = new EventStreamDecoder({ onEvent: count, onComment: ignore });
const frames = new WebSocketDecoder({ onMessage: count, onControl: ignore });
const parseJson: Decode = (...slice) =>
  JSON.parse(slice[0].toString('utf8', slice[1], slice[2])).frames.forEach(count);

const pairs: readonly [name: string, message: Buffer, ours: Decode, theirs: Decode][] = [
  ['HTTP, same head / split and Map', answer, (...slice) => http.decode(...slice), splitHttp],
  ['HTTP, new heads / split and Map', answer, otherHeadEachTime(), splitHttp],
  ['events / eventsource-parser', event, (...slice) => events.decode(...slice), eventsourceParser()],
  ['frames / ws', frame, (...slice) => frames.decode(...slice), wsReceiver()],
  ['compressed alone / zlib', compressed, ourInflater(false), zlibInflater()],
  ['compressed in context / zlib', compressed, ourInflater(true), zlibInflater(context)],
  ['poll bodies / JSON.parse', body, (...slice) => decodePollBody(...slice, count), parseJson],
];

async function perSecond(message: Buffer, decode: Decode): Promise<number> {
  message.copy(readBuffer);
  seen = 0;
  const before = process.hrtime.bigint();
  for (let sent = 0; sent < MESSAGES; sent += MESSAGES_A_TURN) {
    for (let index = 0; index < MESSAGES_A_TURN; index += 1) decode(readBuffer, 0, message.length);
    await nextTurn();
  }
  const seconds = Number(process.hrtime.bigint() - before) / 1e9;
  if (seen !== MESSAGES) throw new Error(`${seen} of ${MESSAGES} messages were decoded`);
  return MESSAGES / seconds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

for (const [name, message, ours, theirs] of pairs) {
  const rounds: [number, number][] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    rounds.push([await perSecond(message, ours), await perSecond(message, theirs)]);
  }
  rounds.shift(); // it warmed up
  const rates = [0, 1].map((side) => Math.round(median(rounds.map((round) => round[side] ?? 0))));
  const ratio = median(rounds.map(([our, their]) => our / their));
  console.log(name.padEnd(34), ...rates.map((rate) => `${rate}/s`.padStart(11)), ` × ${ratio.toFixed(2)}`);
}

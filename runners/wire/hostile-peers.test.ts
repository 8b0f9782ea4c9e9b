import { describe, expect, it } from 'vitest';
import { BodyCollector } from './body-collector.ts';
import { EventStreamDecoder } from './event-stream.ts';
import { DEFAULT_LIMITS, HttpResponseDecoder, type ResponseLimits } from './http-response.ts';
import { ProtocolError } from './protocol-error.ts';
import { heldBytes } from './testing/memory.ts';
import { WebSocketDecoder } from './websocket-frames.ts';

/**
 * What the codecs do with input that is too large or never ends: refuse it as soon as it shows, or,
 * where the protocol allows it for ever, hold no more of it than before.
 */

/** What a decoder is fed with. */
type Feed = (segment: Buffer) => void;

const nothing = () => {};

function response(limits: Partial<ResponseLimits> = {}): Feed {
  const collected = new BodyCollector();
  const decoder = new HttpResponseDecoder(
    {
      onHead: nothing,
      onBody: (...view) => collected.add(...view),
      onFraming: nothing,
      onChunkEnd: nothing,
      onEnd: () => collected.take(),
    },
    { ...DEFAULT_LIMITS, ...limits },
  );
  return (segment) => {
    decoder.decode(segment, 0, segment.length);
    collected.keep();
  };
}

function events(): Feed {
  const decoder = new EventStreamDecoder({ onEvent: nothing, onComment: nothing });
  return (segment) => decoder.decode(segment, 0, segment.length);
}

function frames(): Feed {
  const decoder = new WebSocketDecoder({ onMessage: nothing, onControl: nothing });
  return (segment) => decoder.decode(segment, 0, segment.length);
}

/** `piece` as often as it fits into a segment of the size that sockets read. */
function segmentOf(piece: string | Buffer): Buffer {
  const bytes = Buffer.from(piece);
  if (bytes.length === 0) return bytes;
  return Buffer.concat(Array.from({ length: Math.max(1, Math.floor(65_536 / bytes.length)) }, () => bytes));
}

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;
const BODY_LIMIT = { maxBodyBytes: 1 << 24 };
const hex = (digits: string) => Buffer.from(digits, 'hex');
const letters = Buffer.alloc(65_000, 'x');
/** A fragment of 65,000 B that continues a message and does not end it. */
const fragment = Buffer.concat([hex('007efde8'), letters]);

describe('is refused', () => {
  it.each<[string, () => Feed, string | Buffer, string | Buffer, string]>([
    [
      'a length of 2 GiB',
      () => response(BODY_LIMIT),
      `${OK}Content-Length: ${2 ** 31}\r\n\r\n`,
      '',
      'http-body-too-large',
    ],
    ['a chunk of 2^40 B', () => response(BODY_LIMIT), `${CHUNKED}10000000000\r\n`, '', 'http-body-too-large'],
    ['a chunk of 2^63 B', () => response(BODY_LIMIT), `${CHUNKED}8000000000000000\r\n`, '', 'http-bad-chunk'],
    [
      'chunks of 1 B without end',
      () => response({ maxBodyBytes: 1 << 22 }),
      CHUNKED,
      '1\r\nx\r\n',
      'http-body-too-large',
    ],
    [
      'a body that only the end would end',
      () => response(BODY_LIMIT),
      `${OK}\r\n`,
      letters,
      'http-body-too-large',
    ],
    ['a head without end', response, OK, 'a: b\r\n', 'http-head-too-large'],
    ['a status line without end', response, 'HTTP/1.1 200 ', letters, 'http-head-too-large'],
    ['interim answers without end', response, '', 'HTTP/1.1 103 Early\r\n\r\n', 'http-head-too-large'],
    ['a chunk size without end', response, `${CHUNKED}1;`, letters, 'http-bad-chunk'],
    ['trailers without end', response, `${CHUNKED}0\r\n`, 'a: b\r\n', 'http-bad-trailer'],
    ['an event line without end', events, 'data: ', letters, 'event-too-large'],
    ['a comment without end', events, ':', letters, 'event-too-large'],
    ['an event whose data never end', events, '', 'data: x\n', 'event-too-large'],
    ['a frame of 2^63 B', frames, hex('827f8000000000000000'), '', 'ws-bad-length'],
    ['a frame of 2^31 B', frames, hex('827f0000000080000000'), '', 'ws-message-too-large'],
    ['a message of fragments without end', frames, hex('0100'), fragment, 'ws-message-too-large'],
  ])('%s', (_, make, beginning, again, code) => {
    const feed = make();
    const segment = segmentOf(again);
    const before = heldBytes();
    const feedAll = () => {
      feed(Buffer.from(beginning));
      // 100 MB, or nothing more.
      for (let turn = 0; turn < 1_600; turn += 1) feed(segment);
    };
    expect(feedAll).toThrow(expect.objectContaining({ name: 'ProtocolError', code }));
    // What was collected until then is a body of at most 16 MiB, in a store that doubles as it grows.
    expect(heldBytes() - before).toBeLessThan(34e6);
  });
});

describe('goes on for ever, and nothing of it is kept:', () => {
  it.each<[string, () => Feed, string | Buffer, string | Buffer]>([
    ['empty answers', response, '', 'HTTP/1.1 204\r\n\r\n'],
    ['events', events, '', 'id: 1\ndata: x\n\n'],
    ['comments', events, '', ':\n'],
    ['blank lines', events, '', '\r\n'],
    ['ids of events that never end', events, '', 'id: 12345678\n'],
    ['fields that nobody knows', events, '', 'event: x\n'],
    ['empty messages', frames, '', hex('8100')],
    ['empty fragments', frames, hex('0100'), hex('0000')],
    ['pings', frames, '', hex('8900')],
    ['pings within a message', frames, hex('0100'), hex('8900')],
  ])('%s', (_, make, beginning, again) => {
    const feed = make();
    const segment = segmentOf(again);
    feed(Buffer.from(beginning));
    feed(segment);
    const before = heldBytes();
    for (let fed = 0; fed < 8e6; fed += segment.length) feed(segment);
    expect(heldBytes() - before).toBeLessThan(1 << 20);
  });
});

describe('takes no longer than its length', () => {
  const many = (line: string) => line.repeat(Math.floor(60_000 / line.length));

  it.each([
    ['thousands of fields', `${OK}Content-Length: 0\r\n${many('a:\r\n')}\r\n`],
    ['thousands of options', `${OK}Content-Length: 0\r\n${many('connection:,\r\n')}\r\n`],
    ['blanks within a value', `${OK}Content-Length: 0\r\nupgrade: a${many(' ')}b\r\n\r\n`],
    ['blanks before a list', `${OK}Content-Length: 0\r\nconnection:${many(' ')},\r\n\r\n`],
    ['a long value with a NUL', `${OK}X: ${many('a')}\0\r\n\r\n`],
    ['lengths by the thousand', `${OK}Content-Length: 1${many(', 1')}\r\n\r\n`],
    ['a field folded over thousands of lines', `${OK}X: a${many('\r\n b')}\r\nContent-Length: 0\r\n\r\n`],
  ])('a head of 60 kB: %s', (_, head) => {
    const decoder = new HttpResponseDecoder({
      onHead: (_status, headers) => headers.get('upgrade'),
      onBody: nothing,
      onFraming: nothing,
      onChunkEnd: nothing,
      onEnd: nothing,
    });
    const bytes = Buffer.from(head);
    const { user } = process.cpuUsage();
    try {
      decoder.decode(bytes, 0, bytes.length);
    } catch (error) {
      expect(error).toBeInstanceOf(ProtocolError);
    }
    // It takes some milliseconds; what looks at every byte once for each takes 16 s.
    expect(process.cpuUsage().user - user).toBeLessThan(1e6);
  });
});

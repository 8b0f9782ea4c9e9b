import type { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { damaged, feedInSegments, PROPERTY_RUNS, segmentLengths } from './testing/segments.ts';
import {
  encodeFrame,
  type FrameLimits,
  frameHeaderBytes,
  OPCODE,
  WebSocketDecoder,
} from './websocket-frames.ts';

/** What `ws` exports and its types leave out. */
const { Receiver, Sender } = ws as unknown as {
  Receiver: new (options: { isServer: boolean; skipUTF8Validation: boolean }) => Writable;
  Sender: {
    frame(
      data: Buffer,
      options: { fin: boolean; opcode: number; mask: boolean; readOnly: boolean },
    ): Buffer[];
  };
};

/** A message or control frame, by the opcode that begins it. */
interface Told {
  opcode: 'message' | number;
  data: string;
}

interface Decoded {
  told: Told[];
  framingBytes: number;
  payloadBytes: number;
  controlBytes: number;
  betweenMessages: boolean;
  fault: string | null;
}

function decode(bytes: Buffer, lengths: readonly number[], limits: Partial<FrameLimits> = {}): Decoded {
  const decoded: Decoded = {
    told: [],
    framingBytes: 0,
    payloadBytes: 0,
    controlBytes: 0,
    betweenMessages: false,
    fault: null,
  };
  const decoder = new WebSocketDecoder(
    {
      onMessage: (data, start, end, framingBytes) => {
        decoded.told.push({ opcode: 'message', data: data.toString('base64', start, end) });
        decoded.framingBytes += framingBytes;
        decoded.payloadBytes += end - start;
      },
      onControl: (opcode, data, start, end, wireBytes) => {
        decoded.told.push({ opcode, data: data.toString('base64', start, end) });
        decoded.controlBytes += wireBytes;
      },
    },
    limits,
  );
  try {
    feedInSegments(bytes, lengths, (...segment) => decoder.decode(...segment));
  } catch (error) {
    decoded.fault = (error as { code: string }).code;
    expect(error).toHaveProperty('name', 'ProtocolError');
  }
  decoded.betweenMessages = decoder.betweenMessages;
  return decoded;
}

interface Frame {
  opcode: number;
  fin: boolean;
  payload: Buffer;
}

/** No two neighbouring groups of four alike, so that a mask out of step shows. */
const PATTERN = Uint8Array.from({ length: 251 }, (_, index) => index * 7);

const payload = fc
  .oneof(
    fc.constantFrom(0, 1, 2, 125, 126, 127, 65_535, 65_536),
    fc.nat({ max: 300 }),
    fc.nat({ max: 300 }),
    fc.nat({ max: 70_000 }),
  )
  .map((length) => Buffer.alloc(length, PATTERN));

const control = fc.record({
  opcode: fc.constantFrom(OPCODE.ping, OPCODE.pong),
  fin: fc.constant(true),
  payload: fc.uint8Array({ maxLength: 125 }).map((bytes) => Buffer.from(bytes)),
});

/** A message in one or more fragments, with control frames between them. */
const message = fc
  .tuple(
    fc.constantFrom(OPCODE.text, OPCODE.binary),
    fc.array(fc.tuple(payload, fc.array(control, { maxLength: 1 })), { minLength: 1, maxLength: 3 }),
  )
  .map(([opcode, fragments]) =>
    fragments.flatMap(([payload, controls], index): Frame[] => [
      { opcode: index === 0 ? opcode : OPCODE.continuation, fin: index === fragments.length - 1, payload },
      ...controls,
    ]),
  );

const conversation = fc.array(message, { maxLength: 4 }).map((messages) => messages.flat());

function encodedByWs(frames: readonly Frame[], mask: boolean): Buffer {
  const parts = frames.flatMap(({ payload, ...options }) =>
    Sender.frame(payload, { ...options, mask, readOnly: true }),
  );
  return Buffer.concat(parts);
}

/** The messages and control frames of `frames`, each where it becomes complete. */
function expectedOf(frames: readonly Frame[]): Told[] {
  const told: Told[] = [];
  let fragments: Buffer[] = [];
  for (const { opcode, fin, payload } of frames) {
    if (opcode >= 0x8) {
      told.push({ opcode, data: payload.toString('base64') });
      continue;
    }
    fragments.push(payload);
    if (!fin) continue;
    told.push({ opcode: 'message', data: Buffer.concat(fragments).toString('base64') });
    fragments = [];
  }
  return told;
}

describe('WebSocketDecoder', () => {
  it('decodes what ws encodes, fragments and controls, masked or not, and accounts for every byte', () => {
    fc.assert(
      fc.property(conversation, fc.boolean(), segmentLengths, (frames, masked, lengths) => {
        const bytes = encodedByWs(frames, masked);
        // A pile of megabytes byte by byte takes seconds and shows nothing that its beginning does not.
        const coarse = bytes.length > 20_000 ? lengths.map((length) => length * 50) : lengths;
        const decoded = decode(bytes, coarse, { masked });
        expect(decoded).toMatchObject({ told: expectedOf(frames), fault: null, betweenMessages: true });
        expect(decoded.framingBytes + decoded.payloadBytes + decoded.controlBytes).toBe(bytes.length);
      }),
      PROPERTY_RUNS,
    );
  });

  it('tells the same of a damaged stream, however it is cut', () => {
    const small = message.filter((frames) => frames.every(({ payload }) => payload.length < 200));
    const stream = fc
      .tuple(fc.array(small, { maxLength: 4 }), fc.boolean())
      .map(([messages, mask]) => encodedByWs(messages.flat(), mask));
    fc.assert(
      fc.property(damaged(stream, '\x00\x01\x81\x88\x89\x7e\x7f\xff'), segmentLengths, (bytes, lengths) => {
        const masked = ((bytes[1] ?? 0) & 0x80) !== 0;
        expect(decode(bytes, lengths, { masked })).toEqual(decode(bytes, [bytes.length], { masked }));
      }),
      PROPERTY_RUNS,
    );
  });

  it('ground truth 2: decodes the frames of RFC 6455 §5.7', ({ task }) => {
    const wireBytes = ({ payloadBytes, framingBytes }: Decoded) => payloadBytes + framingBytes;
    const measured = (bytes: Buffer, masked = false) => wireBytes(decode(bytes, [bytes.length], { masked }));
    const hello = Buffer.from('Hello').toString('base64');
    const single = Buffer.from('810548656c6c6f', 'hex');
    const masked = Buffer.from('818537fa213d7f9f4d5158', 'hex');
    const fragmented = Buffer.from('010348656c80026c6f', 'hex');
    expect(single.length).toBe(7);
    expect(masked.length).toBe(11);
    expect(decode(single, [7])).toMatchObject({ told: [{ data: hello }], framingBytes: 2 });
    expect(decode(masked, [11], { masked: true })).toMatchObject({
      told: [{ data: hello }],
      framingBytes: 6,
    });
    expect(decode(fragmented, [9])).toMatchObject({ told: [{ data: hello }], framingBytes: 4 });
    expect(decode(Buffer.from('890548656c6c6f', 'hex'), [7])).toMatchObject({
      told: [{ opcode: OPCODE.ping, data: hello }],
      controlBytes: 7,
    });
    const large = ([length, header]: readonly [number, string]) =>
      Buffer.concat([Buffer.from(header, 'hex'), Buffer.alloc(length, 'x')]);
    const of256 = large([256, '827e0100']);
    const of65536 = large([65_536, '827f0000000000010000']);
    expect(decode(of256, [1_000])).toMatchObject({ payloadBytes: 256, framingBytes: 260 - 256 });
    expect(decode(of65536, [1_000])).toMatchObject({ payloadBytes: 65_536, framingBytes: 65_546 - 65_536 });
    task.meta.truths = [
      {
        no: 2,
        what: 'RFC 6455 §5.7: "Hello" bare and masked, 256 B, 65,536 B',
        expected: '7 / 11 / 260 / 65,546 B',
        measured: `${[measured(single), measured(masked, true), measured(of256), measured(of65536)].map((bytes) => bytes.toLocaleString('en')).join(' / ')} B`,
      },
    ];
  });

  it.each([
    ['a reserved bit', 'c100', 'ws-reserved-bits'],
    ['opcode 3', '8300', 'ws-bad-opcode'],
    ['opcode 11', '8b00', 'ws-bad-opcode'],
    ['a mask from a server', '818000000000', 'ws-masked'],
    ['a continuation of nothing', '8000', 'ws-bad-continuation'],
    ['a message within a message', '01008100', 'ws-bad-continuation'],
    ['a fragmented ping', '0900', 'ws-bad-control'],
    ['a ping of 126 bytes', '897e007e', 'ws-bad-control'],
    ['half a close code', '880100', 'ws-bad-control'],
    ['125 in 16 bits', '817e007d', 'ws-bad-length'],
    ['65,535 in 64 bits', '817f000000000000ffff', 'ws-bad-length'],
    ['a length of 2^63', '817f8000000000000000', 'ws-bad-length'],
    ['a length of 2^62', '817f4000000000000000', 'ws-message-too-large'],
    ['a length of 16 MiB and 1', '817f0000000001000001', 'ws-message-too-large'],
  ])('refuses %s', (_, hex, fault) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(decode(bytes, [bytes.length])).toMatchObject({ fault, told: [] });
    expect(decode(bytes, [1])).toMatchObject({ fault, told: [] });
  });

  it('refuses an unmasked frame from a client', () => {
    expect(decode(Buffer.from('8100', 'hex'), [2], { masked: true }).fault).toBe('ws-unmasked');
  });

  it('refuses fragments that add up to more than a message may have', () => {
    const half = { fin: false, payload: Buffer.alloc(60) };
    const bytes = encodedByWs(
      [
        { ...half, opcode: OPCODE.text },
        { ...half, opcode: OPCODE.continuation },
      ],
      false,
    );
    expect(decode(bytes, [7], { maxMessageBytes: 120 })).toMatchObject({
      fault: null,
      betweenMessages: false,
    });
    expect(decode(bytes, [7], { maxMessageBytes: 119 }).fault).toBe('ws-message-too-large');
  });

  it('stores no more than has come of a large frame', () => {
    const header = Buffer.from('817f0000000001000000', 'hex');
    const ignore = () => undefined;
    const before = process.memoryUsage().arrayBuffers;
    const decoders = Array.from({ length: 100 }, () => {
      const decoder = new WebSocketDecoder({ onMessage: ignore, onControl: ignore });
      decoder.decode(header, 0, header.length);
      decoder.decode(Buffer.alloc(1_000), 0, 1_000);
      return decoder;
    });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
    expect(decoders.some(({ betweenMessages }) => betweenMessages)).toBe(false);
  });

  it.each([
    ['8101', false],
    ['81', false],
    ['0100', false],
    ['8100', true],
    ['', true],
  ])('behind %j: between messages is %s', (hex, expected) => {
    expect(decode(Buffer.from(hex, 'hex'), [1]).betweenMessages).toBe(expected);
  });

  it('passes a frame of one segment as a view', () => {
    const bytes = encodeFrame(OPCODE.text, Buffer.from('frame'), null);
    const views: unknown[] = [];
    const onControl = () => expect.unreachable();
    new WebSocketDecoder({ onMessage: (...view) => views.push(view), onControl }).decode(
      bytes,
      0,
      bytes.length,
    );
    expect(views).toEqual([[bytes, 2, 7, 2]]);
    expect((views[0] as Buffer[])[0]).toBe(bytes);
  });
});

const fourBytes = fc.uint8Array({ minLength: 4, maxLength: 4 });

describe('encodeFrame', () => {
  it('makes frames that ws reads', async () => {
    await fc.assert(
      fc.asyncProperty(payload, fc.boolean(), fourBytes, async (payload, masked, maskBytes) => {
        const receiver = new Receiver({ isServer: masked, skipUTF8Validation: true });
        const received: string[] = [];
        const done = new Promise((resolve, reject) => {
          receiver.on('message', (data: Buffer) => received.push(`message ${data.toString('base64')}`));
          receiver.on('pong', (data: Buffer) => received.push(`pong ${data.toString('base64')}`));
          receiver.on('conclude', resolve).on('error', reject);
        });
        const mask = () => (masked ? Buffer.from(maskBytes) : null);
        const short = payload.subarray(0, 125);
        receiver.write(encodeFrame(OPCODE.text, payload, mask()));
        receiver.write(encodeFrame(OPCODE.pong, short, mask()));
        receiver.write(encodeFrame(OPCODE.close, Buffer.from([0x03, 0xe8]), mask()));
        await done;
        expect(received).toEqual([
          `message ${payload.toString('base64')}`,
          `pong ${short.toString('base64')}`,
        ]);
      }),
      { ...PROPERTY_RUNS, numRuns: Math.ceil(PROPERTY_RUNS.numRuns / 2) },
    );
  });

  it('leaves the payload as it was', () => {
    const payload = Buffer.from('payload');
    encodeFrame(OPCODE.text, payload, Buffer.from([1, 2, 3, 4]));
    expect(payload.toString()).toBe('payload');
  });

  it.for([
    [1, 2],
    [125, 2],
    [126, 4],
    [65_535, 4],
    [65_536, 10],
  ] as const)(
    'ground truth 1: frames a payload of %i with %i bytes down and 4 more up',
    ([length, down], { task }) => {
      const payload = Buffer.alloc(length);
      expect(frameHeaderBytes(length, false)).toBe(down);
      expect(frameHeaderBytes(length, true)).toBe(down + 4);
      expect(encodeFrame(OPCODE.text, payload, null).length).toBe(down + length);
      const up = encodeFrame(OPCODE.text, payload, Buffer.from([9, 8, 7, 6]));
      expect(up.length).toBe(down + 4 + length);
      expect(decode(up, [up.length], { masked: true })).toMatchObject({
        framingBytes: down + 4,
        payloadBytes: length,
      });
      task.meta.truths = [
        {
          no: 1,
          what: `header of a WebSocket frame of ${length.toLocaleString('en')} B`,
          expected: `${down} B down, ${down + 4} B up`,
          measured: `${frameHeaderBytes(length, false)} B down, ${up.length - length} B up`,
        },
      ];
    },
  );
});

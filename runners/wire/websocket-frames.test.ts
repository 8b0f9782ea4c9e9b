import { describe, expect, it } from 'vitest';
import { decodeFrames as decode } from './testing/seen-frames.ts';
import { DEFLATED, encodeFrame, frameHeaderBytes, OPCODE, WebSocketDecoder } from './websocket-frames.ts';

describe('WebSocketDecoder', () => {
  it('ground truth 2: decodes the frames of RFC 6455 §5.7', ({ task }) => {
    const measured = (bytes: Buffer, masked = false) => {
      const { payloadBytes, framingBytes } = decode(bytes, [bytes.length], { masked });
      return payloadBytes + framingBytes;
    };
    const hello = 'Hello';
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
    const [text, continuation] = [Buffer.from([0x01, 60]), Buffer.from([0x00, 60])];
    const bytes = Buffer.concat([text, Buffer.alloc(60), continuation, Buffer.alloc(60)]);
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
    expect(views).toEqual([[bytes, 2, 7, 2, false]]);
    expect((views[0] as Buffer[])[0]).toBe(bytes);
  });
});

describe('a compressed message (RFC 7692 §6)', () => {
  const bytes = encodeFrame(OPCODE.text | DEFLATED, Buffer.from('f248cdc9c90700', 'hex'), null);

  it('is passed on as it is, and the next one is told apart', () => {
    const seen: unknown[] = [];
    const onMessage = (data: Buffer, start: number, end: number, framing: number, deflated: boolean) =>
      seen.push([data.toString('hex', start, end), framing, deflated]);
    const decoder = new WebSocketDecoder({ onMessage, onControl: () => {} }, { deflates: true });
    // In two fragments: the bit is on the first of them (RFC 7692 §6.1).
    const begin = Buffer.from('4103f248cd', 'hex');
    const end = Buffer.from('8004c9c90700', 'hex');
    const plain = encodeFrame(OPCODE.text, Buffer.from('f2', 'hex'), null);
    const all = Buffer.concat([bytes, begin, end, plain]);
    decoder.decode(all, 0, all.length);
    expect(seen).toEqual([
      ['f248cdc9c90700', 2, true],
      ['f248cdc9c90700', 4, true],
      ['f2', 2, false],
    ]);
  });

  it.each([
    ['where it was not agreed on', bytes, false, 'a frame begins with 0xc1; no extension is in use'],
    ['on a continuation', Buffer.from('0100c000', 'hex'), true, 'a frame begins with 0xc0'],
    ['on a ping', Buffer.from('c900', 'hex'), true, 'a frame begins with 0xc9'],
    ['with another bit', Buffer.from('e100', 'hex'), true, 'a frame begins with 0xe1'],
  ])('is refused %s', (_, sent, deflates, evidence) => {
    const decoder = new WebSocketDecoder({ onMessage: () => {}, onControl: () => {} }, { deflates });
    expect(() => decoder.decode(sent, 0, sent.length)).toThrow(evidence);
  });
});

describe('encodeFrame', () => {
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

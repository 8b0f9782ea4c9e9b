import type { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as ws from 'ws';
import { type Choices, made } from './testing/choices.ts';
import { decodeFrames, type SeenFrame } from './testing/seen-frames.ts';
import { damaged, segmentLengths } from './testing/segments.ts';
import { encodeFrame, OPCODE } from './websocket-frames.ts';

interface Masking {
  readonly mask: boolean;
  readonly maskBuffer: Buffer;
  readonly generateMask: (mask: Buffer) => void;
}

/** What `ws` exports and its types leave out. */
const { Receiver, Sender } = ws as unknown as {
  Receiver: new (options: {
    isServer: boolean;
    skipUTF8Validation: boolean;
    allowSynchronousEvents: boolean;
  }) => Writable;
  Sender: {
    frame(data: Buffer, options: Masking & { fin: boolean; opcode: number; readOnly: boolean }): Buffer[];
  };
};

interface Frame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly payload: Buffer;
}

/** No two neighbouring groups of four alike, so that a mask out of step shows. */
const PATTERN = Buffer.alloc(
  70_000,
  Uint8Array.from({ length: 251 }, (_, index) => index * 7),
);

/** Mostly short; at times around the lengths where headers grow, at times longer than a segment. */
function payload(choices: Choices): Buffer {
  const length = choices.of([
    () => choices.upTo(20),
    () => choices.upTo(20),
    () => choices.upTo(300),
    () => choices.of([0, 1, 2, 124, 125, 126, 127]),
    () => (choices.upTo(15) === 15 ? choices.of([65_534, 65_535, 65_536, 69_999]) : 3),
  ])();
  return PATTERN.subarray(0, length);
}

function control(choices: Choices): Frame {
  const payload = PATTERN.subarray(0, choices.of([0, 1, 2, 125]));
  return { opcode: choices.of([OPCODE.ping, OPCODE.pong]), fin: true, payload };
}

/** A message in one or more fragments, with control frames between them. */
function message(choices: Choices): Frame[] {
  const opcode = choices.of([OPCODE.text, OPCODE.binary]);
  const fragments = [payload(choices), ...choices.several(2, payload)];
  return fragments.flatMap((payload, index): Frame[] => [
    { opcode: index === 0 ? opcode : OPCODE.continuation, fin: index === fragments.length - 1, payload },
    ...choices.several(1, control),
  ]);
}

function conversation(choices: Choices): Frame[] {
  return choices.several(4, message).flat();
}

function encodedByWs(frames: readonly Frame[], masking: Masking): Buffer {
  const parts = frames.flatMap(({ payload, ...options }) =>
    Sender.frame(payload, { ...options, ...masking, readOnly: true }),
  );
  // Its header holds the mask that was drawn for it, yet all share one buffer.
  return Buffer.concat(parts);
}

function masking(choices: Choices): Masking {
  const mask = choices.upTo(1) === 1;
  const drawn = [choices.upTo(255), choices.upTo(255), choices.upTo(255), 1 + choices.upTo(254)];
  return { mask, maskBuffer: Buffer.alloc(4), generateMask: (into) => into.set(drawn) };
}

/** The messages and control frames of `frames`, each where it becomes complete. */
function expectedOf(frames: readonly Frame[]): SeenFrame[] {
  const told: SeenFrame[] = [];
  let fragments = '';
  for (const { opcode, fin, payload } of frames) {
    const data = payload.toString('latin1');
    if (opcode >= 0x8) {
      told.push({ opcode, data });
      continue;
    }
    fragments += data;
    if (!fin) continue;
    told.push({ opcode: 'message', data: fragments });
    fragments = '';
  }
  return told;
}

describe('WebSocketDecoder', () => {
  const cut = made((choices) => {
    const { mask, ...rest } = masking(choices);
    const frames = conversation(choices);
    const bytes = encodedByWs(frames, { mask, ...rest });
    return { frames, bytes, masked: mask, lengths: segmentLengths(choices, bytes.length) };
  });

  it('decodes what ws encodes, fragments and controls, masked or not, and accounts for every byte', () => {
    fc.assert(
      fc.property(cut, ({ frames, bytes, masked, lengths }) => {
        const decoded = decodeFrames(bytes, lengths, { masked });
        const { told, framingBytes, payloadBytes, controlBytes, fault, betweenMessages } = decoded;
        expect({ told, fault, betweenMessages, bytes: framingBytes + payloadBytes + controlBytes }).toEqual({
          told: expectedOf(frames),
          fault: null,
          betweenMessages: true,
          bytes: bytes.length,
        });
      }),
    );
  });

  const broken = made((choices) => {
    const small = conversation(choices).filter(({ payload }) => payload.length < 200);
    const { mask, ...rest } = masking(choices);
    const whole = encodedByWs(small, { mask, ...rest });
    const bytes = damaged(choices, whole, '\x00\x01\x02\x80\x81\x88\x89\x7e\x7f\xfe\xff');
    return { bytes, masked: mask, lengths: segmentLengths(choices, bytes.length) };
  });

  it('tells the same of damaged frames however they are cut, no message beyond the limit, and has one error', () => {
    fc.assert(
      fc.property(broken, ({ bytes, masked, lengths }) => {
        const limits = { masked, maxMessageBytes: 100 };
        const decoded = decodeFrames(bytes, lengths, limits);
        const whole = decodeFrames(bytes, [bytes.length], limits);
        expect(decoded).toEqual(whole);
        const messages = decoded.told.filter(({ opcode }) => opcode === 'message');
        expect(Math.max(0, ...messages.map(({ data }) => data.length))).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe('encodeFrame', () => {
  const frames = made((choices) => {
    const { mask, generateMask } = masking(choices);
    const drawn = Buffer.alloc(4);
    generateMask(drawn);
    return { payload: payload(choices), mask: mask ? drawn : null };
  });

  it('makes frames that ws reads', () => {
    fc.assert(
      fc.property(frames, ({ payload, mask }) => {
        const masked = mask !== null;
        const receiver = new Receiver({
          isServer: masked,
          skipUTF8Validation: true,
          allowSynchronousEvents: true,
        });
        const received: string[] = [];
        receiver.on('message', (data: Buffer) => received.push(`message ${data.toString('latin1')}`));
        receiver.on('pong', (data: Buffer) => received.push(`pong ${data.toString('latin1')}`));
        receiver.on('conclude', (code: number) => received.push(`close ${code}`));
        receiver.on('error', (error) => received.push(String(error)));
        const short = payload.subarray(0, 125);
        receiver.write(encodeFrame(OPCODE.text, payload, mask));
        receiver.write(encodeFrame(OPCODE.pong, short, mask));
        receiver.write(encodeFrame(OPCODE.close, Buffer.from([0x03, 0xe8]), mask));
        expect(received).toEqual([
          `message ${payload.toString('latin1')}`,
          `pong ${short.toString('latin1')}`,
          'close 1000',
        ]);
      }),
    );
  });
});

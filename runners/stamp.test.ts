import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MIN_PAYLOAD_BYTES } from '../scenarios/workload.ts';
import { readStamp, STAMP_BYTES, type Stamp, stampedFrame } from './stamp.ts';

/** What the fields hold: 36⁵ streams, 36⁶ messages in each, 115 years of uptime, sent within a month of due. */
const stamps = fc
  .record({
    stream: fc.nat({ max: 36 ** 5 - 1 }),
    sequence: fc.nat({ max: 36 ** 6 - 1 }),
    dueUs: fc.integer({ min: 0, max: 36 ** 10 - 1 }),
    lateUs: fc.integer({ min: -1_000_000, max: 30 * 86_400 * 1e6 }),
  })
  .map(({ lateUs, ...stamp }): Stamp => ({ ...stamp, sentUs: stamp.dueUs + lateUs }));

const lengths = fc.oneof(fc.integer({ min: STAMP_BYTES, max: 200 }), fc.constantFrom(1_056, 4_088, 65_536));

function blank(): Stamp {
  return { stream: -1, sequence: -1, dueUs: -1, sentUs: -1 };
}

function read(bytes: Buffer, start = 0, end = bytes.length): Stamp | null {
  const into = blank();
  return readStamp(bytes, start, end, into) ? into : null;
}

describe('a stamped frame', () => {
  it('is read as it was written, wherever it lies', () => {
    fc.assert(
      fc.property(stamps, lengths, fc.nat({ max: 50 }), (stamp, payloadBytes, before) => {
        const frame = stampedFrame(stamp, payloadBytes);
        const around = Buffer.concat([Buffer.alloc(before, 'w'), frame, Buffer.from('w1;')]);
        expect(frame).toHaveLength(payloadBytes);
        expect(read(around, before, before + payloadBytes)).toEqual(stamp);
      }),
    );
  });

  it('needs no escape: JSON adds the two quotes, an event is one line, a character is one byte', () => {
    fc.assert(
      fc.property(stamps, lengths, (stamp, payloadBytes) => {
        const text = stampedFrame(stamp, payloadBytes).toString('utf8');
        expect(JSON.stringify(text)).toHaveLength(payloadBytes + 2);
        expect(text).toMatch(/^w[0-9a-z]{30};[0-9a-z]*$/);
      }),
    );
  });

  it('carries whole microseconds, since a fraction has no digit', () => {
    const frame = stampedFrame({ stream: 1, sequence: 2, dueUs: 1_000.4, sentUs: 1_002.6 }, STAMP_BYTES);
    expect(read(frame)).toEqual({ stream: 1, sequence: 2, dueUs: 1_000, sentUs: 1_003 });
  });

  it('is never smaller than the smallest payload that a scenario may ask for', () => {
    expect(STAMP_BYTES).toBe(MIN_PAYLOAD_BYTES);
  });
});

describe('readStamp', () => {
  const frame = stampedFrame({ stream: 35, sequence: 36, dueUs: 5e9, sentUs: 5e9 + 7 }, STAMP_BYTES);

  it('refuses a frame that is cut off', () => {
    expect(read(frame, 0, STAMP_BYTES - 1)).toBeNull();
    expect(read(Buffer.alloc(0))).toBeNull();
  });

  it('refuses a stamp of which any byte is not one that a stamp has there', () => {
    fc.assert(
      fc.property(
        fc.nat({ max: STAMP_BYTES - 1 }),
        fc.constantFrom(...Buffer.from('W-/:@`{ ~\0\xff', 'latin1')),
        (at, byte) => {
          const damaged = Buffer.from(frame);
          damaged[at] = byte;
          expect(read(damaged)).toBeNull();
        },
      ),
    );
  });

  it('refuses text that this run did not write', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 0, maxLength: 100 }), (text) => {
        fc.pre(!/^w[0-9a-z]{30};/.test(text));
        expect(read(Buffer.from(text))).toBeNull();
      }),
    );
  });
});

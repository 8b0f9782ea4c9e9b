import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGoneBody, decodePollBody } from './poll-body.ts';
import { ProtocolError } from './protocol-error.ts';
import { damaged, PROPERTY_RUNS } from './testing/segments.ts';

type Outcome = { next: number; frames: string[] } | 'refused';

/** Decodes `body` where it lies between bytes that would make another body of it. */
function decode(body: Buffer): Outcome {
  const around = Buffer.concat([Buffer.from('{"next":'), body, Buffer.from(',"x"]}')]);
  const frames: string[] = [];
  try {
    const next = decodePollBody(around, 8, 8 + body.length, (frame, start, end) => {
      frames.push(frame.toString('utf8', start, end));
    });
    return { next, frames };
  } catch (error) {
    expect(error).toMatchObject({ code: 'poll-bad-body' });
    expect(frames).toEqual([]);
    return 'refused';
  }
}

function reference(body: Buffer): Outcome {
  try {
    const { next, frames } = JSON.parse(body.toString());
    const isAnswer =
      Number.isSafeInteger(next) &&
      next >= 0 &&
      Array.isArray(frames) &&
      frames.every((frame) => typeof frame === 'string');
    // A lone surrogate has no UTF-8 and becomes U+FFFD.
    return isAnswer ? { next, frames: frames.map((frame) => Buffer.from(frame).toString()) } : 'refused';
  } catch {
    return 'refused';
  }
}

const blank = fc.constantFrom('', '', '', ' ', '\n', '\t\r\n ');
const frame = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', '"', '\\', '{"a":[1]}', 'line\nline', '\u0000', '\ud800'),
);

const body = fc
  .record({
    next: fc.oneof(
      fc.nat(),
      fc.constantFrom('01', '-1', '-0', '1.0', '1.5', '1e2', '9007199254740993', '"1"'),
    ),
    frames: fc.array(frame, { maxLength: 6 }),
    blanks: fc.infiniteStream(blank),
    swapped: fc.boolean(),
    extra: fc.option(fc.jsonValue()),
  })
  .map(({ next, frames, blanks, swapped, extra }) => {
    const [blank = ''] = blanks;
    const list = frames.map((frame) => `${blank}${JSON.stringify(frame)}${blank}`).join(',');
    const members = [`"next"${blank}:${blank}${next}${blank}`, `${blank}"frames":${blank}[${list}]${blank}`];
    if (swapped) members.reverse();
    if (extra !== null) members.push(`"extra":${JSON.stringify(extra)}`);
    return Buffer.from(`${blank}{${blank}${members.join(',')}}${blank}`);
  });

describe('decodePollBody', () => {
  it('reads whatever JSON.parse reads', () => {
    fc.assert(
      fc.property(body, (bytes) => {
        expect(decode(bytes)).toEqual(reference(bytes));
      }),
      PROPERTY_RUNS,
    );
  });

  it('refuses whatever JSON.parse refuses, and passes no frame of it', () => {
    fc.assert(
      fc.property(damaged(body, '{}[]",:\\ 0nextfrms\n'), (bytes) => {
        fc.pre(Buffer.from(bytes.toString()).equals(bytes)); // JSON text is UTF-8
        expect(decode(bytes)).toEqual(reference(bytes));
      }),
      PROPERTY_RUNS,
    );
  });

  it.each([
    '',
    'null',
    '[]',
    '7',
    '{}',
    '{"next":1}',
    '{"frames":[]}',
    '{"next":1,"frames":[1]}',
    '{"next":1,"frames":[]',
  ])('refuses %s', (text) => {
    expect(decode(Buffer.from(text))).toBe('refused');
  });

  it('refuses a control character that is not escaped', () => {
    for (let code = 0; code < 0x20; code += 1) {
      const character = String.fromCharCode(code);
      expect(decode(Buffer.from(`{"next":1,"frames":["a${character}b"]}`))).toBe('refused');
    }
  });

  it('passes a frame without escapes as a view of the body', () => {
    const body = Buffer.from('{"next":12,"frames":["first","second"]}');
    const views: unknown[] = [];
    expect(decodePollBody(body, 0, body.length, (...view) => views.push(view))).toBe(12);
    expect(views).toEqual([
      [body, 22, 27],
      [body, 30, 36],
    ]);
  });
});

describe('decodeGoneBody', () => {
  const oldest = (text: string) => decodeGoneBody(Buffer.from(text), 0, Buffer.byteLength(text));

  it('reads the oldest cursor that is still answered', () => {
    expect(oldest('{"next":12,"oldest":7}')).toBe(7);
  });

  it.each(['', 'gone', 'null', '{"next":12}', '{"next":12,"oldest":-1}', '{"oldest":"7"}'])(
    'refuses %s',
    (text) => {
      expect(() => oldest(text)).toThrow(ProtocolError);
    },
  );
});

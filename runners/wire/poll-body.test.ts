import { describe, expect, it } from 'vitest';
import { decodeGoneBody, decodePollBody } from './poll-body.ts';
import { ProtocolError } from './protocol-error.ts';

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

describe('decodePollBody', () => {
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

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeGoneBody, decodePollBody } from './poll-body.ts';
import { type Choices, made } from './testing/choices.ts';
import { damaged } from './testing/segments.ts';

type Outcome = { next: number; frames: string[] } | 'refused';

/** Runs a decoder on `body` where it lies between bytes that would make another body of it. */
function outcomeOf<T>(
  body: Buffer,
  decode: (around: Buffer, start: number, end: number) => T,
): T | 'refused' {
  const around = Buffer.concat([BEFORE, body, AFTER]);
  try {
    return decode(around, BEFORE.length, BEFORE.length + body.length);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'poll-bad-body') throw error;
    return 'refused';
  }
}

const BEFORE = Buffer.from('{"next":');
const AFTER = Buffer.from(',"x"]}');

function decodePoll(body: Buffer): Outcome {
  const frames: string[] = [];
  const outcome = outcomeOf(body, (around, start, end) => {
    const next = decodePollBody(around, start, end, (frame, from, to) => {
      const within = frame === around ? { start, end } : { start: 0, end: frame.length };
      if (from < within.start || to > within.end || from > to)
        throw new Error(`a view from ${from} to ${to}`);
      frames.push(frame.toString('utf8', from, to));
    });
    return { next, frames };
  });
  if (outcome === 'refused' && frames.length > 0) throw new Error('a frame of a body that is refused');
  return outcome;
}

function isCursor(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

/** What `JSON.parse` makes of the body's text, in which invalid UTF-8 is U+FFFD. */
function parsed(body: Buffer): Record<string, unknown> {
  try {
    return JSON.parse(body.toString()) ?? {};
  } catch {
    return {};
  }
}

function pollByJson(body: Buffer): Outcome {
  const { next, frames } = parsed(body);
  if (!isCursor(next) || !Array.isArray(frames) || !frames.every((frame) => typeof frame === 'string'))
    return 'refused';
  // A lone surrogate has no UTF-8 and becomes U+FFFD.
  return { next, frames: frames.map((frame) => Buffer.from(frame).toString()) };
}

function goneByJson(body: Buffer): number | 'refused' {
  const { oldest } = parsed(body);
  return isCursor(oldest) ? oldest : 'refused';
}

const TEXTS = [
  ...['x', '', 'é', '😀', '"', '\\', '{"a":[1]}', 'line\nline', '\u0000', '\ud800', '\u007f', '\u2028'],
  'plain text of some length, as frames have it',
] as const;

function frame(choices: Choices): string {
  return choices.several(3, () => choices.of(['x', ...TEXTS])).join('');
}

function body(choices: Choices): Buffer {
  const blank = choices.of(['', '', '', ' ', '\n', '\t\r\n ']);
  const next = choices.of([
    () => String(choices.upTo(2 ** 31)),
    () =>
      choices.of(['0', '01', '-1', '-0', '1.0', '1.5', '1e2', '1e400', '9007199254740993', '"1"', 'null']),
  ])();
  const list = choices.several(5, (one) => `${blank}${JSON.stringify(frame(one))}${blank}`).join(',');
  const members = [`"next"${blank}:${blank}${next}${blank}`, `${blank}"frames":${blank}[${list}]${blank}`];
  if (choices.upTo(3) === 3) members.reverse();
  const extra = choices.of([
    '',
    '',
    '"extra":{"next":[2]}',
    '"oldest":7',
    '"frames":[]',
    '"__proto__":{"next":1}',
  ]);
  if (extra !== '') members.push(extra);
  return Buffer.from(`${blank}{${blank}${members.join(',')}}${blank}`);
}

describe('decodePollBody', () => {
  it('reads whatever JSON.parse reads', () => {
    fc.assert(
      fc.property(made(body), (bytes) => {
        expect(decodePoll(bytes)).toEqual(pollByJson(bytes));
      }),
    );
  });

  const broken = made((choices) => damaged(choices, body(choices), '{}[]",:\\ 0nextfrms\n\xc3\xff'));

  it('refuses whatever JSON.parse refuses, invalid UTF-8 read as U+FFFD, and passes no frame of it', () => {
    fc.assert(
      fc.property(broken, (bytes) => {
        expect(decodePoll(bytes)).toEqual(pollByJson(bytes));
      }),
    );
  });
});

describe('decodeGoneBody', () => {
  const gone = made((choices) => {
    const oldest = choices.of(['7', '0', '-1', '1.5', '"7"', 'null', '{}', '9007199254740993']);
    const whole = Buffer.from(
      choices.of([`{"next":12,"oldest":${oldest}}`, `{"oldest":${oldest}}`, '[]', 'gone']),
    );
    return damaged(choices, whole, '{}[]",:\\ 0oldest\n\xc3\xff');
  });

  it('reads whatever JSON.parse reads, and refuses whatever it refuses', () => {
    fc.assert(
      fc.property(gone, (bytes) => {
        expect(outcomeOf(bytes, decodeGoneBody)).toEqual(goneByJson(bytes));
      }),
    );
  });
});

import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Choices, made } from './testing/choices.ts';
import { decodeResponses } from './testing/seen-responses.ts';
import { damaged, segmentLengths } from './testing/segments.ts';

interface Answer {
  readonly bytes: Buffer;
  /** Whether another may follow on its connection. */
  readonly lasts: boolean;
}

const TOKENS = ['a', 'x-probe', 'Set-Cookie', "!#$%&'*+.^_`|~9", 'X'] as const;
const VALUES = ['', 'a', 'a b', '"q"; p=1', '\x80\xff', 'x: y', '\t,'] as const;
const BLANKS = ['', ' ', '  ', '\t'] as const;

function field(choices: Choices): string {
  const blank = choices.of(BLANKS);
  return `${choices.of(TOKENS)}:${blank}${choices.of(VALUES)}${blank}\r\n`;
}

function fields(choices: Choices): string {
  return choices.several(3, field).join('');
}

function interims(choices: Choices): string {
  if (choices.upTo(3) !== 3) return '';
  return choices
    .several(2, () => `HTTP/1.1 ${choices.of([100, 102, 103])} Wait\r\n${fields(choices)}\r\n`)
    .join('');
}

/** Mostly a few bytes; sometimes what looks like a chunked body, sometimes more than a segment holds. */
function body(choices: Choices): string {
  switch (choices.upTo(31)) {
    case 31:
      return '0\r\n\r\n'.repeat(choices.upTo(14_000));
    case 30:
      return '0\r\n\r\n'.repeat(choices.upTo(40));
    default:
      return choices.bytes(20).toString('latin1');
  }
}

function chunked(choices: Choices, body: string): string {
  const extension = choices.of(['', '', ';a', ';name=value']);
  const sizes = [1 + choices.upTo(20), Math.ceil((1 + choices.upTo(99)) * (body.length / 100)) + 1];
  let text = '';
  for (let at = 0, turn = 0; at < body.length; turn += 1) {
    // Chunks of a few bytes are told apart in the first hundreds.
    const size = sizes[at < 200 ? turn % 2 : 1] ?? 1;
    const data = body.slice(at, at + size);
    const digits = data.length.toString(16);
    text += `${turn % 2 === 0 ? digits : digits.toUpperCase()}${extension}\r\n${data}\r\n`;
    at += data.length;
  }
  return `${text}0${extension}\r\n${fields(choices)}\r\n`;
}

/** One answer as a server might write it. */
function answer(choices: Choices): Answer {
  const status = choices.of([200, 200, 201, 204, 304, 404, 410, 503]);
  const reason = choices.of(['OK', '', 'Not  at all']);
  const connection = choices.of(['', '', 'Connection: keep-alive\r\n', 'Connection: x, Close\r\n']);
  const probe = choices.of(['', 'Probe: a\r\n', 'probe:a\r\nX: y\r\nPROBE: \tb, c \r\n']);
  const head = `${interims(choices)}HTTP/1.1 ${status} ${reason}\r\n${fields(choices)}${probe}${connection}`;
  const lasts = !connection.includes('Close');
  const made = (rest: string, ends = !lasts) => ({ bytes: Buffer.from(head + rest, 'latin1'), lasts: !ends });
  if (status === 204) return made('\r\n');
  const data = body(choices);
  if (status === 304) return made(`Content-Length: ${data.length}\r\n\r\n`);
  switch (choices.of(['length', 'chunked', 'close'])) {
    case 'length':
      return made(`content-LENGTH: ${data.length}\r\n\r\n${data}`);
    case 'chunked':
      return made(`Transfer-Encoding: Chunked\r\n\r\n${chunked(choices, data)}`);
    case 'close':
      return made(`\r\n${data}`, true);
  }
}

/** Answers of one connection: only the last may end it. */
function connection(choices: Choices): readonly Answer[] {
  const answers = [answer(choices), ...choices.several(2, answer)];
  const last = answers.findIndex(({ lasts }) => !lasts);
  return last === -1 ? answers : answers.slice(0, last + 1);
}

function bytesOf(answers: readonly Answer[]): Buffer {
  return Buffer.concat(answers.map(({ bytes }) => bytes));
}

interface Read {
  status: number;
  probe: string | undefined;
  body: string;
}

/** What Node's own client makes of the bytes of one answer, without a port. */
function readByNode(bytes: Buffer): Promise<Read> {
  const socket = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      done();
      this.push(bytes);
      this.push(null);
    },
  });
  return new Promise((resolve, reject) => {
    const onResponse = (response: IncomingMessage) => {
      let body = '';
      response.on('data', (part: Buffer) => {
        body += part.toString('latin1');
      });
      response.on('error', reject);
      response.on('end', () => {
        const { probe } = response.headers;
        resolve({ status: response.statusCode ?? 0, probe: probe?.toString(), body });
      });
    };
    const asked: ClientRequest = request({ host: 'peer', createConnection: () => socket }, onResponse);
    asked.on('error', reject).end();
  });
}

describe('HttpResponseDecoder', () => {
  const cut = made((choices) => {
    const answers = connection(choices);
    return { answers, lengths: segmentLengths(choices, bytesOf(answers).length) };
  });

  it('reads what Node reads, however the answers are cut, and accounts for every byte', async () => {
    await fc.assert(
      fc.asyncProperty(cut, async ({ answers, lengths }) => {
        const bytes = bytesOf(answers);
        const decoded = decodeResponses(bytes, lengths);
        const expected = await Promise.all(answers.map(({ bytes }) => readByNode(bytes)));
        const { messages, headBytes, bodyBytes, framingBytes, consumed, fault } = decoded;
        expect({
          messages: messages.map(({ status, probe, body }) => ({ status, probe, body })),
          lasts: messages.map(({ keepAlive }) => keepAlive),
          ended: messages.map(({ ended }) => ended),
          told: headBytes + bodyBytes + framingBytes,
          consumed,
          fault,
        }).toEqual({
          messages: expected,
          lasts: answers.map(({ lasts }) => lasts),
          ended: answers.map(() => true),
          told: bytes.length,
          consumed: bytes.length,
          fault: null,
        });
      }),
    );
  });

  const broken = made((choices) => {
    const whole = bytesOf(connection(choices)).subarray(0, 1_500);
    const bytes = damaged(choices, whole, '\r\n\r\n: \t;,019af');
    return { bytes, lengths: segmentLengths(choices, bytes.length) };
  });

  it('tells the same of damaged answers however they are cut, holds no more than a head, and has one error', () => {
    fc.assert(
      fc.property(broken, ({ bytes, lengths }) => {
        const limits = { maxHeadBytes: 300 };
        const decoded = decodeResponses(bytes, lengths, limits);
        const whole = decodeResponses(bytes, [bytes.length], limits);
        expect(decoded.mostHeld).toBeLessThanOrEqual(300);
        // What is held depends on where the segments end, and so does where an error shows.
        expect({ ...decoded, consumed: 0, mostHeld: 0 }).toEqual({ ...whole, consumed: 0, mostHeld: 0 });
      }),
    );
  });
});

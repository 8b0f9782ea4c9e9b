import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HttpResponseDecoder } from './http-response.ts';
import { ProtocolError } from './protocol-error.ts';
import { type Choices, made } from './testing/choices.ts';
import { damaged, feedInSegments, segmentLengths } from './testing/segments.ts';
import { checkUpgrade } from './websocket-handshake.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** What a client makes of the bytes of a handshake: accepted, what is wrong, or not all there yet. */
function shake(bytes: Buffer, lengths: readonly number[]): string {
  let verdict = 'incomplete';
  const nothing = () => expect.unreachable('nothing is told behind a 101');
  const decoder = new HttpResponseDecoder({
    onHead: (status, headers) => {
      checkUpgrade(status, headers, KEY);
      verdict = 'accepted';
    },
    onBody: nothing,
    onFraming: nothing,
    onChunkEnd: nothing,
    onEnd: nothing,
  });
  try {
    feedInSegments(bytes, lengths, (...segment) => decoder.decode(...segment));
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    // Evidence goes into results files, and a head may be 64 KiB.
    expect(error.message.length).toBeLessThan(1_500);
    verdict = error.code;
  }
  return verdict;
}

interface Line {
  readonly text: string;
  readonly good: boolean;
}

const good = (text: string): Line => ({ text, good: true });
const bad = (text: string): Line => ({ text, good: false });

/** The fields of an answer, each as it should be, in another way that it may be, or wrong. */
function answer(choices: Choices) {
  const status = choices.of([good('101'), good('101'), good('101'), good('101'), bad('200'), bad('426')]);
  const lines = [
    choices.of([
      ...[good('Upgrade: websocket'), good('upgrade:WebSocket '), good('UPGRADE: websocket\r\nX: y')],
      ...[bad('Upgrade: h2c'), bad('Upgrade: websocket, h2c'), bad('X-Upgrade: websocket')],
    ] as const),
    choices.of([
      ...[
        good('Connection: Upgrade'),
        good('connection: keep-alive ,\tuPGRADE'),
        good('Connection:,Upgrade,'),
      ],
      ...[bad('Connection: close'), bad('Connection: Upgrades'), bad('X: y')],
    ] as const),
    choices.of([
      ...[good(`Sec-WebSocket-Accept: ${ACCEPT}`), good(`sec-websocket-accept:\t${ACCEPT} `)],
      ...[good(`Sec-WebSocket-Accept:${ACCEPT}`), bad(`Sec-WebSocket-Accept: ${ACCEPT.toLowerCase()}`)],
      ...[bad(`Sec-WebSocket-Accept: ${ACCEPT}\r\nSec-WebSocket-Accept: ${ACCEPT}`), bad('X: y')],
    ] as const),
    choices.of([
      ...[good('X: y'), good('Server: a  b'), good('Content-Length: 0')],
      ...[bad('Sec-WebSocket-Extensions: permessage-deflate'), bad('Sec-WebSocket-Protocol: chat')],
    ] as const),
  ];
  const turn = choices.upTo(3);
  const fields = [...lines.slice(turn), ...lines.slice(0, turn)].map(({ text }) => `${text}\r\n`).join('');
  const bytes = Buffer.from(`HTTP/1.1 ${status.text} Any\r\n${fields}\r\n\x81\x05Hello`, 'latin1');
  return { bytes, accepted: status.good && lines.every((line) => line.good) };
}

describe('the opening handshake', () => {
  const cut = made((choices) => {
    const { bytes, accepted } = answer(choices);
    return { bytes, accepted, lengths: segmentLengths(choices, bytes.length) };
  });

  it('is accepted if every field is as RFC 6455 §4.1 wants it, and else refused for one that is not', () => {
    fc.assert(
      fc.property(cut, ({ bytes, accepted, lengths }) => {
        const verdict = shake(bytes, lengths);
        expect(verdict).toBe(accepted ? 'accepted' : 'ws-bad-handshake');
      }),
    );
  });

  const broken = made((choices) => {
    const bytes = damaged(choices, answer(choices).bytes, '\r\n\r\n: \t,;Uw');
    return { bytes, lengths: segmentLengths(choices, bytes.length) };
  });

  it('that is damaged has one verdict, however it is cut', () => {
    fc.assert(
      fc.property(broken, ({ bytes, lengths }) => {
        expect(shake(bytes, lengths)).toBe(shake(bytes, [bytes.length]));
      }),
    );
  });
});

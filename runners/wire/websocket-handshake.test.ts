import { describe, expect, it } from 'vitest';
import { HttpResponseDecoder } from './http-response.ts';
import type { ResponseHeaders } from './response-head.ts';
import { acceptKey, checkUpgrade, newKey, upgradeRequests } from './websocket-handshake.ts';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

/** Decodes a head, and what follows it with `null`. */
function decodeHead(text: string): {
  status: number;
  headers: ResponseHeaders;
  headBytes: number;
  consumed: number;
} {
  let head: { status: number; headers: ResponseHeaders; headBytes: number } | undefined;
  const unexpected = () => expect.unreachable('nothing is told behind a 101');
  const decoder = new HttpResponseDecoder({
    onHead: (status, headers, headBytes) => {
      head = { status, headers, headBytes };
    },
    onBody: unexpected,
    onFraming: unexpected,
    onChunkEnd: unexpected,
    onEnd: unexpected,
  });
  const bytes = Buffer.from(text);
  const consumed = decoder.decode(bytes, 0, bytes.length);
  if (head === undefined) throw new Error('the head is incomplete');
  return { ...head, consumed };
}

function answer(fields: string, status = '101 Switching Protocols'): string {
  return `HTTP/1.1 ${status}\r\n${fields}\r\n`;
}

const GOOD = `Upgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n`;

describe('the opening handshake', () => {
  it('ground truth 3: has the lengths and the accept key of RFC 6455 §1.2', ({ task }) => {
    const further = { Origin: 'http://example.com', 'Sec-WebSocket-Protocol': 'chat, superchat' };
    const request = upgradeRequests('server.example.com', further)('/chat', KEY);
    expect(request.length).toBe(230);
    expect(request).toMatch(/^GET \/chat HTTP\/1\.1\r\nHost: server\.example\.com\r\n[\s\S]*\r\n\r\n$/);
    const response = answer(
      `Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\nSec-WebSocket-Protocol: chat\r\n`,
    );
    const { status, headBytes } = decodeHead(response);
    expect([status, headBytes]).toEqual([101, 159]);
    task.meta.truths = [
      {
        no: 3,
        what: 'the handshake of RFC 6455 §1.2, and its accept key',
        expected: `230 B up, 159 B down, ${ACCEPT}`,
        measured: `${request.length} B up, ${headBytes} B down, ${acceptKey(KEY)}`,
      },
    ];
    expect(acceptKey(KEY)).toBe(ACCEPT);
  });

  it('leaves the bytes behind a 101 to the frame decoder', () => {
    const head = answer(GOOD);
    expect(decodeHead(`${head}\x81\x05Hello`).consumed).toBe(head.length);
  });

  it('makes a fresh key of 16 bytes each time', () => {
    expect(Buffer.from(newKey(), 'base64')).toHaveLength(16);
    expect(newKey()).not.toBe(newKey());
  });

  it('accepts a good answer, in any case', () => {
    const { status, headers } = decodeHead(answer(GOOD));
    expect(() => checkUpgrade(status, headers, KEY)).not.toThrow();
  });

  it.each([
    ['another status', answer(`Content-Length: 0\r\n${GOOD}`, '200 OK')],
    ['another protocol', answer(GOOD.replace('WebSocket', 'h2c'))],
    ['no Upgrade field', answer(GOOD.replace('Upgrade: WebSocket\r\n', ''))],
    ['a connection that is not upgraded', answer(GOOD.replace(', Upgrade', ''))],
    ['the accept key of another key', answer(GOOD.replace(ACCEPT, acceptKey(newKey())))],
    ['no accept key', answer(GOOD.replace(/Sec-.*\r\n/, ''))],
    ['an extension not asked for', answer(`${GOOD}Sec-WebSocket-Extensions: permessage-deflate\r\n`)],
    ['a subprotocol not asked for', answer(`${GOOD}Sec-WebSocket-Protocol: chat\r\n`)],
  ])('refuses %s', (_, text) => {
    const bytes = Buffer.from(text);
    let checked = 0;
    const ignore = () => undefined;
    const decoder = new HttpResponseDecoder({
      onHead: (status, headers) => {
        checked += 1;
        expect(() => checkUpgrade(status, headers, KEY)).toThrow(
          expect.objectContaining({ code: 'ws-bad-handshake' }),
        );
      },
      onBody: ignore,
      onFraming: ignore,
      onChunkEnd: ignore,
      onEnd: ignore,
    });
    decoder.decode(bytes, 0, bytes.length);
    expect(checked).toBe(1);
  });
});

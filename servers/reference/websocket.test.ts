import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from './text-frame.ts';

const SIZES = [
  [0, 2],
  [1, 2],
  [125, 2],
  [126, 4],
  [65_535, 4],
  [65_536, 10],
] as const;

test.each(SIZES)('a payload of %i B has a header of %i B (RFC 6455 §5.2)', (payloadBytes, headerBytes) => {
  expect(textFrame(Buffer.alloc(payloadBytes)).length).toBe(headerBytes + payloadBytes);
});

test('"Hello" is framed as in RFC 6455 §5.7', () => {
  expect(textFrame(Buffer.from('Hello')).toString('hex')).toBe('810548656c6c6f');
});

test('ws reads back what was framed', async () => {
  const server = createServer();
  const acceptor = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) =>
    acceptor.handleUpgrade(request, socket, head, () => {
      for (const [payloadBytes] of SIZES) socket.write(textFrame(Buffer.alloc(payloadBytes, 'x')));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const messages: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    client.on('error', reject);
    client.on('message', (data: Buffer) => {
      if (messages.push(data) === SIZES.length) resolve();
    });
  });
  client.terminate();
  server.close();
  expect(messages).toEqual(SIZES.map(([payloadBytes]) => Buffer.alloc(payloadBytes, 'x')));
});

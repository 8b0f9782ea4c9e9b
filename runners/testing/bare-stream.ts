import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of event streams without ids: every frame is `data: X`, a blank line, in one write. */
export async function startBareStream(): Promise<{ readonly url: string; close(): void }> {
  const streams = new Map<string, Set<ServerResponse>>();
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://any');
    const channel = searchParams.get('channel') ?? '';
    const subscribers = streams.get(channel) ?? new Set();
    streams.set(channel, subscribers);
    if (pathname === '/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': subscribed\n\n');
      subscribers.add(response);
      response.on('close', () => subscribers.delete(response));
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const event = `data: ${Buffer.concat(parts)}\n\n`;
    for (const subscriber of subscribers) subscriber.write(event);
    response.writeHead(204).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

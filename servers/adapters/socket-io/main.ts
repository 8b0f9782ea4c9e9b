import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Server } from 'socket.io';
import { formatReadyLine } from '../../contract.ts';

/**
 * A Socket.IO server as its guide has it: clients join rooms, and what is published to a room goes to
 * all in it. Messages come from clients, or from another process by `POST /publish?channel=c`.
 */
const host = process.env['WIREBENCH_HOST'] ?? '127.0.0.1';
const port = Number(process.env['WIREBENCH_PORT'] ?? 0);
const MAX_FRAME_BYTES = 1 << 20;

const http = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const channel = url.searchParams.get('channel');
  if (request.method !== 'POST' || url.pathname !== '/publish') end(response, 404);
  else if (channel === null) end(response, 400);
  else publish(channel, request, response);
});
http.keepAliveTimeout = 75_000;

const io = new Server(http, { serveClient: false, maxHttpBufferSize: 2 * MAX_FRAME_BYTES });
io.on('connection', (socket) => {
  socket.on('subscribe', async (channel: string, subscribed: () => void) => {
    await socket.join(channel);
    subscribed();
  });
  socket.on('publish', (channel: string, text: string) => io.to(channel).emit('frame', text));
});

http.listen(port, host, () => {
  const address = http.address();
  if (typeof address !== 'object' || address === null) throw new Error('it listens on no port');
  process.stdout.write(`${formatReadyLine(address.port, ['long-polling', 'websocket'])}\n`);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    io.close();
    // Clients that do not answer a closing handshake would be waited for: 30 s, by `ws`.
    setTimeout(() => process.exit(0), 500);
  });
}

function publish(channel: string, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_FRAME_BYTES) chunks.push(chunk);
  });
  request.on('end', () => {
    if (size <= MAX_FRAME_BYTES) io.to(channel).emit('frame', Buffer.concat(chunks).toString());
    end(response, size <= MAX_FRAME_BYTES ? 204 : 413);
  });
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

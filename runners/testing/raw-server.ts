import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Target } from '../wire/socket.ts';

/** One connection as a raw server sees it. */
export interface RawConnection {
  readonly socket: Socket;
  /** Its number, from 0, in the order of acceptance. */
  readonly number: number;
  /** The next request: its head and, by its Content-Length, its body. Rejects if the connection ends first. */
  request(): Promise<string>;
}

/** A TCP server that does byte for byte what a test tells it. */
export interface RawServer {
  readonly target: Target;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Ends all connections and stops listening. */
  close(): Promise<void>;
}

/**
 * Listens on a free port of 127.0.0.1 and runs `serve` for every connection.
 *
 * @param serve what rejects in it because the connection ended is over and no error.
 */
export async function startRawServer(
  serve: (connection: RawConnection) => Promise<void>,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: false }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => {});
    const number = accepted;
    accepted += 1;
    serve({ socket, number, request: requestReader(socket) }).catch(() => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    target: { host: '127.0.0.1', port },
    get accepted() {
      return accepted;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function requestReader(socket: Socket): () => Promise<string> {
  let received = '';
  socket.setEncoding('latin1');
  socket.on('data', (data) => {
    received += data;
  });
  return async () => {
    for (;;) {
      const headEnd = received.indexOf('\r\n\r\n') + 4;
      const length = Number(/^content-length: (\d+)\r$/im.exec(received)?.[1] ?? 0);
      if (headEnd >= 4 && received.length >= headEnd + length) {
        const request = received.slice(0, headEnd + length);
        received = received.slice(headEnd + length);
        return request;
      }
      if (socket.destroyed || socket.readableEnded) throw new Error('the connection ended');
      await new Promise((resolve, reject) => {
        socket.once('data', resolve);
        socket.once('close', reject);
      });
    }
  };
}

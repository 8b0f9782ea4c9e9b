import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { Target } from '../wire/target.ts';
import type { TlsTrust } from '../wire/tls.ts';

/** One connection as a raw server sees it. */
export interface RawConnection {
  /** What is said and heard. */
  readonly socket: Socket;
  /** What goes over the wire, with its counters; the same as `socket` without TLS. */
  readonly tcp: Socket;
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
  /** Ends all connections and stops listening; rejects with what `serve` threw, if it did. May be called again. */
  close(): Promise<void>;
}

/**
 * Listens on a free port of 127.0.0.1 and runs `serve` for every connection.
 *
 * @param serve may await requests for ever: the end of the connection ends it.
 * @param tls how it serves over TLS, and whom its target is to be taken for.
 */
export async function startRawServer(
  serve: (connection: RawConnection) => Promise<void>,
  tls: { readonly options: TlsOptions; readonly trust: TlsTrust } | null = null,
): Promise<RawServer> {
  const sockets = new Set<Socket>();
  const failures: unknown[] = [];
  let accepted = 0;
  const accept = (socket: Socket, tcp: Socket) => {
    socket.on('error', () => {});
    const number = accepted;
    accepted += 1;
    serve({ socket, tcp, number, request: requestReader(socket) }).catch((error: unknown) => {
      if (!(error instanceof ConnectionEnded)) failures.push(error);
    });
  };
  const server: Server =
    tls === null
      ? createServer({ noDelay: true, allowHalfOpen: false }, (socket) => accept(socket, socket))
      : createTlsServer({ noDelay: true, ...tls.options }, (socket) => {
          const tcp = [...sockets].find(({ remotePort }) => remotePort === socket.remotePort);
          if (tcp !== undefined) accept(socket, tcp);
        });
  server.on('connection', (tcp: Socket) => {
    sockets.add(tcp);
    tcp.on('close', () => sockets.delete(tcp));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let closed: Promise<unknown> | null = null;
  return {
    target: { host: '127.0.0.1', port, tls: tls?.trust ?? null },
    get accepted() {
      return accepted;
    },
    async close() {
      if (closed === null) {
        closed = once(server, 'close');
        server.close();
        for (const socket of sockets) socket.destroy();
      }
      await closed;
      for (const failure of failures) throw failure;
    },
  };
}

/** The client has gone. */
class ConnectionEnded extends Error {}

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
      if (socket.destroyed || socket.readableEnded) throw new ConnectionEnded();
      await new Promise<void>((resolve) => {
        const wake = () => {
          socket.off('data', wake).off('close', wake);
          resolve();
        };
        socket.on('data', wake).on('close', wake);
      });
    }
  };
}

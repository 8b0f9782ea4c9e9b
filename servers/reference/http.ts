import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { ROUTES, type TlsIdentity } from '../contract.ts';
import { ListenError } from './listen-error.ts';
import { Refusal } from './refusal.ts';
import { countTraffic } from './stats.ts';

/** A request on its way to a handler. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

/** A connection that asks to become a WebSocket. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What the client sent after its request head. */
  readonly head: Buffer;
  readonly query: URLSearchParams;
}

/** Who answers what. A handler that throws a {@link Refusal} has it sent. */
export interface Routes {
  /** By method and path, such as `GET /poll`. */
  readonly requests: Readonly<Record<string, (exchange: Exchange) => void | Promise<void>>>;
  /** By path. */
  readonly upgrades: Readonly<Record<string, (upgrade: Upgrade) => void>>;
}

/** A server that listens. */
export interface Listening {
  readonly port: number;
  /** Ends every connection at once, held ones too; resolves when the port is free. */
  close(): Promise<void>;
}

/** Node's 5 s would close the connection of a slow poller between two polls, unseen. */
const KEEP_ALIVE_MS = 75_000;

/** As many connections waiting to be accepted as the kernel allows: 511 turn a storm of them into 1 s retries. */
const BACKLOG = 65_535;

/**
 * Serves routes over HTTP/1.1 with TCP_NODELAY, over TLS if it has an identity, and `/stats` beside them.
 *
 * @throws ListenError
 */
export async function serveRoutes(
  routes: Routes,
  host: string,
  port: number,
  tls: TlsIdentity | null,
): Promise<Listening> {
  const options = { keepAliveTimeout: KEEP_ALIVE_MS, noDelay: true };
  const server =
    tls === null
      ? createServer(options)
      : createSecureServer({ ...options, cert: tls.certificate, key: tls.key });
  const traffic = countTraffic(server);
  const requests = new Map(
    Object.entries({
      ...routes.requests,
      [`GET ${ROUTES.stats}`]: ({ response }: Exchange) =>
        sendJson(response, JSON.stringify(traffic.stats())),
    }),
  );
  const upgrades = new Map(Object.entries(routes.upgrades));

  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { path, query } = targetOf(request);
    const handle = requests.get(`${request.method} ${path}`);
    // A promise even where the handler is none, so that both ways of failing end in one place.
    const handled = handle
      ? (async () => handle({ request, response, query }))()
      : Promise.reject(unknownRoute(request, path, requests, upgrades));
    handled.catch((error: unknown) => {
      const refusal = asRefusal(error);
      if (!response.destroyed && !response.headersSent) send(response, refusal);
    });
  });
  server.on('upgrade', (request: IncomingMessage, stream: NodeJS.ReadWriteStream, head: Buffer) => {
    const socket = stream as Socket; // node:http and node:https have no other streams.
    // Until a WebSocket takes over, a reset here would be an uncaught error.
    socket.on('error', () => socket.destroy());
    const { path, query } = targetOf(request);
    try {
      const handle = upgrades.get(path);
      if (!handle) throw new Refusal(404, `no route upgrades at ${path}`);
      handle({ request, socket, head, query });
    } catch (error) {
      refuseUpgrade(socket, asRefusal(error));
    }
  });

  await new Promise<void>((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException) => reject(new ListenError(host, port, error));
    server.once('error', failed);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off('error', failed);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        traffic.destroyConnections();
      }),
  };
}

/**
 * Answers 200 with JSON.
 *
 * @param headers further fields, such as how the body is coded.
 */
export function sendJson(
  response: ServerResponse,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(200, {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

function send(response: ServerResponse, { status, headers, body }: Refusal): void {
  response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
}

function refuseUpgrade(socket: Socket, { status, headers, body }: Refusal): void {
  const head = { ...headers, Connection: 'close', 'Content-Length': Buffer.byteLength(body) };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`, () =>
    socket.destroy(),
  );
}

function targetOf({ url = '/' }: IncomingMessage): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  if (mark === -1) return { path: url, query: new URLSearchParams() };
  return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

function unknownRoute(
  { method }: IncomingMessage,
  path: string,
  requests: ReadonlyMap<string, unknown>,
  upgrades: ReadonlyMap<string, unknown>,
): Refusal {
  const allowed = ['GET', 'POST'].filter((other) => requests.has(`${other} ${path}`));
  // RFC 9110 §15.5.22 and §15.5.6: both answers must say what would have been right.
  if (method === 'GET' && upgrades.has(path)) {
    return new Refusal(426, `${path} is a WebSocket: ask for an upgrade`, { Upgrade: 'websocket' });
  }
  if (allowed.length > 0) {
    return new Refusal(405, `${path} wants ${allowed.join(' or ')}`, { Allow: allowed.join(', ') });
  }
  return new Refusal(404, `no route ${path}`);
}

function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  process.stderr.write(`reference server: ${error instanceof Error ? error.stack : String(error)}\n`);
  return new Refusal(500, 'internal error; see the log of the server');
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../exit.ts';

/** What is answered to a request. */
export type Answer =
  | { readonly kind: 'page'; readonly status: number; readonly html: string }
  | { readonly kind: 'file'; readonly name: string; readonly content: Uint8Array | string }
  /** The response is taken over, and ends when its owner says so. */
  | { readonly kind: 'stream'; readonly open: (response: ServerResponse) => void };

/** Says what is at an address; `null` where there is nothing. It is asked for GET and HEAD alone. */
export type Site = (url: URL) => Answer | null | Promise<Answer | null>;

/** A server for the browser on this machine. */
export interface LocalServer {
  readonly port: number;
  /** Ends every connection and frees the port. */
  close(): Promise<void>;
}

/**
 * Every page carries its own content security policy; these keep it from being framed, guessed at, or kept by a
 * proxy.
 */
const HEADERS = {
  'Content-Security-Policy': "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/**
 * Serves a site on 127.0.0.1. Requests under another host name are refused, so that a web page whose name was
 * rebound to this address reads nothing; so are those that a page of another site makes by itself.
 *
 * @param port 0 for any free one.
 * @param onError told of what a site throws; the browser gets a 500.
 * @throws UsageError if the port cannot be had.
 */
export async function serveLocally(
  site: Site,
  port: number,
  onError: (error: unknown) => void,
): Promise<LocalServer> {
  const server = createServer((request, response) => {
    answer(site, request, response).catch((error: unknown) => {
      onError(error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500, HEADERS).end();
    });
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? 'is in use' : `cannot be had (${message})`;
    throw new UsageError(`--port ${port} ${reason}; choose another, or 0 for any free one`, { cause });
  }
  return {
    // A TCP server's address is never a path or null once it listens.
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function answer(site: Site, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const host = request.headers.host ?? '';
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return void response.writeHead(421, HEADERS).end();
  const fetch = request.headers['sec-fetch-site'] === 'cross-site' && request.headers['sec-fetch-mode'];
  if (fetch && fetch !== 'navigate') return void response.writeHead(403, HEADERS).end();
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return void response.writeHead(405, { ...HEADERS, Allow: 'GET, HEAD' }).end();
  }
  // A target in absolute form names a host of its own, and `//` begins one.
  const url = URL.canParse(request.url ?? '', 'http://127.0.0.1')
    ? new URL(request.url ?? '', 'http://127.0.0.1')
    : null;
  const found = url === null || url.host !== '127.0.0.1' ? null : await site(url);
  if (found === null) return void response.writeHead(404, HEADERS).end();
  if (found.kind === 'stream') {
    const headers = { ...HEADERS, 'Content-Type': 'text/event-stream' };
    if (request.method === 'HEAD') return void response.writeHead(200, headers).end();
    response.writeHead(200, headers);
    found.open(response);
    return;
  }
  const body = Buffer.from(found.kind === 'page' ? found.html : found.content);
  const own =
    found.kind === 'page'
      ? { 'Content-Type': 'text/html; charset=utf-8' }
      : {
          'Content-Type': 'application/json',
          'Content-Disposition': `attachment; filename="${found.name.replaceAll(/[^\w.-]/g, '_')}"`,
        };
  response.writeHead(found.kind === 'page' ? found.status : 200, {
    ...HEADERS,
    ...own,
    'Content-Length': body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}

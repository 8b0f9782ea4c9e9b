import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from './exit.ts';

/** A page that is being served. */
export interface PageServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * The report is one file without a request of its own and carries its own content security policy;
 * these keep it from being framed, guessed at, or kept by a proxy.
 */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/**
 * Serves one HTML page at `/` on 127.0.0.1. Requests under another host name are refused, so that
 * a web page whose name was rebound to this address reads nothing.
 *
 * @param port 0 for any free one.
 * @throws UsageError if the port cannot be had.
 */
export async function servePage(page: string, port: number): Promise<PageServer> {
  const body = Buffer.from(page);
  const server = createServer((request, response) => {
    const host = request.headers.host ?? '';
    if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host)) return void response.writeHead(421).end();
    if (request.url !== '/') return void response.writeHead(404).end();
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return void response.writeHead(405, { Allow: 'GET, HEAD' }).end();
    }
    response.writeHead(200, { ...HEADERS, 'Content-Length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--port ${port}: ${reason}; choose another, or 0 for any free one`, {
      cause: error,
    });
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

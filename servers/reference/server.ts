import { type TlsIdentity, TRANSPORTS, type Transport } from '../contract.ts';
import { echoRoutes, echoSocketRoutes } from './echo.ts';
import { type Listening, type Routes, serveRoutes } from './http.ts';
import { Channels } from './log.ts';
import { longPollingRoutes } from './long-polling.ts';
import { pollingRoutes } from './polling.ts';
import { publishRoutes } from './publish.ts';
import { sseRoutes } from './sse.ts';
import { webSocketRoutes } from './websocket.ts';

/** Where and what a reference server serves. */
export interface ReferenceServerOptions {
  /** Address or name to bind to; by default 127.0.0.1, so that no other machine reaches it. */
  readonly host?: string;
  /** TCP port; by default 0, which chooses a free one. */
  readonly port?: number;
  /** By default all four. The routes of others answer 404. */
  readonly transports?: readonly Transport[];
  /** Whom it is over TLS; by default `null`: without TLS. */
  readonly tls?: TlsIdentity | null;
}

/** A reference server that listens in this process. */
export interface ReferenceServer extends Listening {
  readonly host: string;
  readonly transports: readonly Transport[];
}

/**
 * Starts a reference server in this process, with channels of its own.
 *
 * @throws ListenError if the address or port cannot be had
 */
export async function startReferenceServer(options: ReferenceServerOptions = {}): Promise<ReferenceServer> {
  const { host = '127.0.0.1', port = 0, transports = TRANSPORTS, tls = null } = options;
  const listening = await serveRoutes(referenceRoutes(transports), host, port, tls);
  return { ...listening, host, transports };
}

const ROUTES_OF: Readonly<Record<Transport, (channels: Channels) => Routes>> = {
  polling: pollingRoutes,
  'long-polling': longPollingRoutes,
  sse: sseRoutes,
  websocket: (channels) => merged([webSocketRoutes(channels), echoSocketRoutes]),
};

/** All routes of a reference server around one set of channels. */
export function referenceRoutes(
  transports: readonly Transport[],
  channels: Channels = new Channels(),
): Routes {
  const own = transports.map((transport) => ROUTES_OF[transport](channels));
  return merged([publishRoutes(channels), echoRoutes, ...own]);
}

function merged(parts: readonly Routes[]): Routes {
  return {
    requests: Object.assign({}, ...parts.map(({ requests }) => requests)),
    upgrades: Object.assign({}, ...parts.map(({ upgrades }) => upgrades)),
  };
}

import { ROUTES, TRANSPORTS } from '../../contract.ts';
import { type Exchange, type Listening, type Routes, serveRoutes } from '../../reference/http.ts';
import { Channels } from '../../reference/log.ts';
import { referenceRoutes } from '../../reference/server.ts';

/** A server with one thing wrong: the routes of the reference server, some of them replaced. */
export interface Fault {
  readonly name: string;
  readonly routes: (channels: Channels) => Partial<Routes>;
  /** The rules that must find it, and no others. */
  readonly breaks: readonly string[];
}

/** Starts a server with a fault on a free port. */
export async function startFaulty(fault: Fault): Promise<Listening> {
  const channels = new Channels();
  const right = referenceRoutes(TRANSPORTS, channels);
  const wrong = fault.routes(channels);
  const routes = {
    requests: { ...right.requests, ...wrong.requests },
    upgrades: { ...right.upgrades, ...wrong.upgrades },
  };
  return await serveRoutes(routes, '127.0.0.1', 0, null);
}

/** Answers one request. */
export type Handler = (exchange: Exchange) => void;
export const poll = (handle: Handler) => ({ requests: { [`GET ${ROUTES.poll}`]: handle } });
export const longPoll = (handle: Handler) => ({ requests: { [`GET ${ROUTES.longPoll}`]: handle } });
export const publish = (handle: Handler) => ({ requests: { [`POST ${ROUTES.publish}`]: handle } });
export const value = (handle: Handler) => ({ requests: { [`GET ${ROUTES.value}`]: handle } });

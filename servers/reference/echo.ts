import { ROUTES } from '../contract.ts';
import { acceptWebSocket } from './accept.ts';
import { readBody } from './body.ts';
import { MAX_UNSENT_BYTES } from './fanout.ts';
import type { Routes } from './http.ts';

/** `POST /echo`: the same bytes back. */
export const echoRoutes: Routes = {
  requests: {
    [`POST ${ROUTES.echo}`]: async ({ request, response }) => {
      const body = await readBody(request);
      response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': body.length });
      response.end(body);
    },
  },
  upgrades: {},
};

/** `/echo`: every text frame back. A client that sends without reading is not read until it does. */
export const echoSocketRoutes: Routes = {
  requests: {},
  upgrades: {
    [ROUTES.echo]: (upgrade) => {
      acceptWebSocket(upgrade, (webSocket) => (text) => {
        webSocket.send(text);
        if (upgrade.socket.writableLength <= MAX_UNSENT_BYTES || webSocket.isPaused) return;
        webSocket.pause();
        upgrade.socket.once('drain', () => webSocket.resume());
      });
    },
  },
};

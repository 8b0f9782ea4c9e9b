import { ROUTES } from '../contract.ts';
import { frameFrom, readBody } from './body.ts';
import type { Routes } from './http.ts';
import type { Channels } from './log.ts';
import { channelIn } from './parameters.ts';

/** `POST /publish`: the body becomes a frame of the channel, once all of it is there. */
export function publishRoutes(channels: Channels): Routes {
  return {
    requests: {
      [`POST ${ROUTES.publish}`]: async ({ request, response, query }) => {
        const channel = channelIn(query);
        const frame = frameFrom(await readBody(request));
        channels.open(channel).append(frame);
        response.writeHead(204).end();
      },
    },
    upgrades: {},
  };
}

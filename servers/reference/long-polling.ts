import { ROUTES } from '../contract.ts';
import type { Routes } from './http.ts';
import type { Channels } from './log.ts';
import { afterIn, channelIn, waitIn } from './parameters.ts';
import { sendPollAnswer } from './poll-answer.ts';

/** `GET /long-poll`: a poll that is held while there is nothing to say. */
export function longPollingRoutes(channels: Channels): Routes {
  return {
    requests: {
      [`GET ${ROUTES.longPoll}`]: (exchange) => {
        const { response, query } = exchange;
        const log = channels.open(channelIn(query));
        const after = afterIn(query);
        const waitMs = waitIn(query);
        if (after === null || after !== log.end || waitMs === 0) {
          sendPollAnswer(exchange, log, after);
          return;
        }
        const release = () => {
          forget();
          clearTimeout(timer);
          response.off('close', release);
          if (!response.destroyed) sendPollAnswer(exchange, log, after);
        };
        const forget = log.listen(release);
        const timer = setTimeout(release, waitMs);
        response.once('close', release);
      },
    },
    upgrades: {},
  };
}

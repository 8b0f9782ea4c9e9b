import { ROUTES } from '../contract.ts';
import { takesGzip } from './coding.ts';
import type { Exchange, Routes } from './http.ts';
import type { Channels } from './log.ts';
import { afterIn, channelIn } from './parameters.ts';
import { sendPollAnswer } from './poll-answer.ts';

/** `GET /poll` and `GET /value`: answered at once, whatever there is. */
export function pollingRoutes(channels: Channels): Routes {
  return {
    requests: {
      [`GET ${ROUTES.poll}`]: (exchange) => {
        const { query } = exchange;
        sendPollAnswer(exchange, channels.open(channelIn(query)), afterIn(query));
      },
      [`GET ${ROUTES.value}`]: (exchange) => answerValue(channels, exchange),
    },
    upgrades: {},
  };
}

/** The newest frame, unless the client has it already: its entity tag is the cursor after it. */
function answerValue(channels: Channels, { request, response, query }: Exchange): void {
  const { newest } = channels.open(channelIn(query));
  if (newest === undefined) {
    response.writeHead(204).end();
    return;
  }
  const isGzipped = takesGzip(request);
  // Another tag: its bytes are others (RFC 9110 §8.8.3.3).
  const tag = isGzipped ? `"${newest.cursor}-gzip"` : `"${newest.cursor}"`;
  if (matches(request.headers['if-none-match'], tag)) {
    response.writeHead(304, { ETag: tag }).end();
    return;
  }
  const body = isGzipped ? newest.gzipped : Buffer.from(newest.text);
  response.writeHead(200, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    ETag: tag,
    ...(isGzipped ? { 'Content-Encoding': 'gzip' } : {}),
  });
  response.end(body);
}

/** The weak comparison of RFC 9110 §13.1.2, over tags that hold no comma. */
function matches(ifNoneMatch: string | undefined, tag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((item) => item.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}

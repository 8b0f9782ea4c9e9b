import { MAX_FRAME_BYTES, ROUTES } from '../../contract.ts';
import type { Channels } from '../../reference/log.ts';
import { channelIn } from '../../reference/parameters.ts';
import { type Fault, type Handler, publish } from './fault.ts';

/** Publishes what `read` makes of the chunks of a body, when it ends. */
function publishing(channels: Channels, append: (chunks: readonly Buffer[]) => string): Handler {
  return ({ request, response, query }) => {
    const log = channels.open(channelIn(query));
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.once('end', () => {
      const tooLong = Buffer.concat(chunks).length > MAX_FRAME_BYTES;
      if (!tooLong) log.append(append(chunks));
      response.writeHead(tooLong ? 413 : 204).end();
    });
  };
}

const wholeText = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString();

/** Of what is posted. */
export const PUBLISH_FAULTS: readonly Fault[] = [
  {
    name: 'a character over two segments is stored as U+FFFD',
    routes: (channels) =>
      publish(publishing(channels, (chunks) => chunks.map((chunk) => chunk.toString()).join(''))),
    breaks: ['publish-split-character'],
  },
  {
    name: 'published frames are trimmed',
    routes: (channels) => publish(publishing(channels, (chunks) => wholeText(chunks).trimEnd())),
    breaks: ['poll', 'long-poll', 'events', 'socket']
      .flatMap((prefix) => [`${prefix}-two-lines`, `${prefix}-any-text`])
      .concat('value-newest'),
  },
  {
    name: 'a body is published as far as it came',
    routes: (channels) =>
      publish((exchange) => {
        const log = channels.open(channelIn(exchange.query));
        exchange.request.once('error', () => log.append('as far as it came'));
        publishing(channels, wholeText)(exchange);
      }),
    breaks: ['publish-broken-off'],
  },
  {
    name: 'an echo is cut',
    routes: () => ({
      requests: {
        [`POST ${ROUTES.echo}`]: ({ request, response }) => {
          request.once('data', (chunk: Buffer) => response.end(chunk));
          request.once('end', () => response.end());
        },
      },
    }),
    breaks: ['echo-request'],
  },
];

import { ROUTES } from '../../contract.ts';
import { sendJson } from '../../reference/http.ts';
import { afterIn, channelIn, waitIn } from '../../reference/parameters.ts';
import { pollingRoutes } from '../../reference/polling.ts';
import { gone, Refusal } from '../../reference/refusal.ts';
import { type Fault, longPoll, poll, value } from './fault.ts';

/** Of polls, long-polls and values. */
export const POLL_FAULTS: readonly Fault[] = [
  {
    name: 'a long-poll answers one frame when two are queued',
    routes: (channels) =>
      longPoll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        const after = afterIn(query);
        const waitMs = waitIn(query);
        const answer = () => {
          unlisten();
          clearTimeout(timer);
          const reading = log.read(after ?? log.end);
          if (reading.kind === 'gone') throw gone(reading);
          const [first] = reading.frames;
          sendJson(
            response,
            JSON.stringify({ next: first?.cursor ?? reading.next, frames: first ? [first.text] : [] }),
          );
        };
        const unlisten = log.listen(answer);
        const timer = setTimeout(answer, waitMs);
        if (after === null || after < log.end) answer();
      }),
    breaks: ['long-poll-everything-queued'],
  },
  {
    name: 'a long-poll is answered at once',
    routes: (channels) =>
      longPoll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        waitIn(query);
        const reading = log.read(afterIn(query) ?? log.end);
        if (reading.kind === 'gone') throw gone(reading);
        const frames = reading.frames.map(({ text }) => text);
        sendJson(response, JSON.stringify({ next: reading.next, frames }));
      }),
    breaks: ['long-poll-held-until-frame', 'long-poll-held-until-wait-over'],
  },
  {
    name: 'the cursor of a poll is the number of its frames',
    routes: (channels) =>
      poll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        const after = afterIn(query);
        const reading = log.read(after ?? log.end);
        if (reading.kind === 'gone') throw gone(reading);
        const frames = reading.frames.map(({ text }) => text);
        sendJson(response, JSON.stringify({ next: after === null ? reading.next : frames.length, frames }));
      }),
    // Whoever follows the cursor reads the same frames again.
    breaks: ['poll-cursor', 'poll-every-frame-once', 'poll-two-lines', 'poll-any-text'],
  },
  {
    name: 'a poll with a malformed cursor begins at the start',
    routes: (channels) =>
      poll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        const after = query.has('after') ? Number.parseInt(query.get('after') ?? '', 10) || 0 : log.end;
        const reading = log.read(Math.max(0, after));
        if (reading.kind === 'gone') throw gone(reading);
        const frames = reading.frames.map(({ text }) => text);
        sendJson(response, JSON.stringify({ next: reading.next, frames }));
      }),
    breaks: ['poll-malformed'],
  },
  {
    name: 'an old cursor is answered with what is left instead of 410',
    routes: (channels) =>
      poll(({ response, query }) => {
        const log = channels.open(channelIn(query));
        const reading = log.read(Math.max(log.oldest, afterIn(query) ?? log.end));
        if (reading.kind === 'gone') throw gone(reading);
        const frames = reading.frames.map(({ text }) => text);
        sendJson(response, JSON.stringify({ next: reading.next, frames }));
      }),
    breaks: ['poll-log'],
  },
  {
    name: 'a value is sent again although the client has it',
    routes: (channels) =>
      value(({ response, query }) => {
        const { newest } = channels.open(channelIn(query));
        if (newest === undefined) response.writeHead(204).end();
        else response.writeHead(200, { ETag: `"${newest.cursor}"` }).end(newest.text);
      }),
    breaks: ['value-etag'],
  },
  {
    name: 'a bad request is refused without a reason',
    routes: (channels) =>
      value((exchange) => {
        if (exchange.query.has('channel'))
          pollingRoutes(channels).requests[`GET ${ROUTES.value}`]?.(exchange);
        else throw new Refusal(400, '');
      }),
    breaks: ['value-malformed'],
  },
];

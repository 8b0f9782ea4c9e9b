import type { PollDialect } from '../../dialect.ts';
import { defineServer } from '../../server-module.ts';
import { configuration } from './nginx-conf.ts';

/**
 * Nchan, the nginx module (https://nchan.io), by its own protocol: cursors are in `Last-Modified` and
 * `Etag`, in the ids of events, and in the messages of its WebSocket subprotocol `ws+meta.nchan`.
 */

/** The fields that name the last message that came, and whether there may be more. */
interface Cursor {
  readonly fields: Readonly<Record<string, string>>;
  readonly more: boolean;
}

/** One message an answer, whatever is queued; 304: there is none. */
const polling: PollDialect<Cursor> = {
  path: (channel) => `/poll?channel=${channel}`,
  fields: (cursor) => cursor?.fields ?? {},
  accepts: [200, 304],
  read({ status, headers, body, start, end }, cursor, told) {
    if (status === 304) return { fields: cursor?.fields ?? {}, more: false };
    told.frame(body, start, end);
    const [time = '', tag = ''] = [headers.get('last-modified'), headers.get('etag')];
    return { fields: { 'If-Modified-Since': time, 'If-None-Match': tag }, more: true };
  },
  again: ({ more }) => more,
  resumes: true,
};

/**
 * Asked for anew each time, since behind a message comes the next one and not the newest: it comes whole,
 * and its name shows whether it is known.
 */
const newest: PollDialect<string> = {
  path: (channel) => `/value?channel=${channel}`,
  accepts: [200, 304],
  read({ status, headers, body, start, end }, known, told) {
    if (status === 304) return known ?? '';
    const name = `${headers.get('last-modified')} ${headers.get('etag')}`;
    if (name !== known) told.frame(body, start, end);
    return name;
  },
  resumes: true,
};

export default defineServer({
  name: 'nchan',
  command: ['nginx', '-p', '.', '-c', 'nginx.conf', '-e', 'stderr'],
  files: (place) => ({ 'nginx.conf': configuration(place) }),
  tls: true,
  speaks: {
    publish: { path: (channel) => `/publish?channel=${channel}` },
    // Active connections: 3\nserver accepts handled requests\n 7 7 12
    accepted: { path: '/stats', read: (body) => Number(/(\d+) \d+ \d+/.exec(body)?.[1]) },
    polling,
    newest,
    'long-polling': {
      ...polling,
      // How long it is held is not up to the client: what must be answered at once is an interval poll.
      path: (channel, cursor, waitMs) =>
        `/${cursor === null || waitMs === 0 ? 'poll' : 'long-poll'}?channel=${channel}`,
    },
    sse: {
      path: (channel) => `/events?channel=${channel}`,
      subscribedBy: { comment: 'hi' },
      beginning: '',
      resumes: true,
    },
    websocket: {
      path: (channel, after) =>
        `/socket?channel=${channel}${after === null || after === '0' ? '' : `&last_event_id=${after}`}`,
      subprotocol: 'ws+meta.nchan',
      // "id: 1795689702:0", perhaps a content type, an empty line, and the message.
      hear(data, start, end, told) {
        const head = data.indexOf('\n\n', start);
        if (head === -1 || head >= end) throw new Error('a message without an id');
        told.cursor(data.toString('latin1', start + 'id: '.length, data.indexOf('\n', start)));
        told.frame(data, head + 2, end);
      },
      resumes: true,
    },
  },
});

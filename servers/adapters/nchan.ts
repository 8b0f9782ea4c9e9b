import type { Place } from '../contract.ts';
import type { PollDialect } from '../dialect.ts';
import { defineServer } from '../server-module.ts';

/**
 * Nchan, the nginx module (https://nchan.io), by its own protocol: cursors are in `Last-Modified` and
 * `Etag`, in the ids of events, and in the messages of its WebSocket subprotocol `ws+meta.nchan`.
 */

/** Where Debian puts the module; from the environment for who has it elsewhere. */
export const NCHAN_MODULE = process.env['NCHAN_MODULE'] ?? '/usr/lib/nginx/modules/ngx_nchan_module.so';

/** One worker, as the other servers are one process; bodies stay in memory, since a worker may not write here. */
const configuration = ({ folder, host, port, tls }: Place) => `
  load_module ${NCHAN_MODULE};
  daemon off;
  pid ${folder}/nginx.pid;
  error_log stderr error;
  worker_processes 1;
  events { worker_connections 15000; }
  http {
    access_log off;
    client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; uwsgi_temp_path ${folder}/uwsgi;
    fastcgi_temp_path ${folder}/fastcgi; scgi_temp_path ${folder}/scgi;
    client_max_body_size 1m;
    client_body_buffer_size 1m;
    keepalive_requests 1000000000;
    nchan_message_buffer_length 11000;
    nchan_message_timeout 10m;
    server {
      listen ${host}:${port} backlog=4096${tls === null ? '' : ' ssl'};
      ${tls === null ? '' : `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key}; ssl_protocols TLSv1.3;`}
      nchan_channel_id $arg_channel;
      nchan_subscriber_first_message oldest;
      location = /publish { nchan_publisher; }
      location = /poll { nchan_subscriber intervalpoll; }
      location = /long-poll { nchan_subscriber longpoll; }
      location = /events { nchan_subscriber eventsource; }
      location = /socket { nchan_pubsub websocket; }
    }
  }`;

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

export default defineServer({
  name: 'nchan',
  command: ['nginx', '-p', '.', '-c', 'nginx.conf', '-e', 'stderr'],
  files: (place) => ({ 'nginx.conf': configuration(place) }),
  tls: true,
  speaks: {
    publish: { path: (channel) => `/publish?channel=${channel}` },
    polling,
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

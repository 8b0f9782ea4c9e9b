import { ROUTES } from '../../servers/contract.ts';
import type { Dialect, PollDialect, SocketDialect } from '../../servers/dialect.ts';
import { decodeGoneBody, decodePollBody } from '../wire/poll-body.ts';

type Gone = NonNullable<SocketDialect['gone']>;

const gone: Gone = (body, start, end) => String(decodeGoneBody(body, start, end));

/** What a poll and a long poll have in common: the cursor is a number, and an answer has the next one. */
const polled = {
  read: ({ body, start, end }, _cursor, told) => decodePollBody(body, start, end, told.frame),
  resumes: true,
  gone: decodeGoneBody,
} as const satisfies Partial<PollDialect<number>>;

const after = (cursor: number | string | null) => (cursor === null ? '' : `&after=${cursor}`);

const polling: PollDialect<number> = {
  ...polled,
  path: (channel, cursor) => `${ROUTES.poll}?channel=${channel}${after(cursor)}`,
};

const longPolling: PollDialect<number> = {
  ...polled,
  path: (channel, cursor, waitMs) => `${ROUTES.longPoll}?channel=${channel}${after(cursor)}&wait=${waitMs}`,
};

/** The newest frame is the body, and its entity tag says whether it is known (RFC 9110 §13.1.2). */
const newest: PollDialect<string | null> = {
  path: (channel) => `${ROUTES.value}?channel=${channel}`,
  fields: (tag) => (tag === null ? {} : { 'If-None-Match': tag }),
  accepts: [200, 204, 304],
  read({ status, headers, body, start, end }, tag, told) {
    if (status !== 200) return tag;
    told.frame(body, start, end);
    return headers.get('etag') ?? null;
  },
  resumes: true,
};

/** The contract's own dialect. What it leaves out is as it is: a message is a frame, and a 101 subscribes. */
export const CONTRACT = {
  publish: { path: (channel) => `${ROUTES.publish}?channel=${channel}` },
  polling,
  'long-polling': longPolling,
  newest,
  sse: {
    path: (channel) => `${ROUTES.events}?channel=${channel}`,
    subscribedBy: { comment: 'subscribed' },
    beginning: '0',
    resumes: true,
    gone,
  },
  websocket: {
    path: (channel, cursor) => `${ROUTES.socket}?channel=${channel}${after(cursor)}`,
    resumes: true,
    gone,
  },
  accepted: { path: ROUTES.stats, read: (body) => JSON.parse(body)?.accepted },
  echo: {
    post: ROUTES.echo,
    socket: { path: () => ROUTES.echo, resumes: true },
  },
} as const satisfies Dialect;

import websocket from '@fastify/websocket';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { formatReadyLine, MAX_FRAME_BYTES, TRANSPORTS } from '../../contract.ts';
import { Channels, type Frame } from '../../reference/log.ts';
import { eventBlock } from '../../reference/sse.ts';

/**
 * The contract as a Node team would serve it with Fastify: routes with schemas, `@fastify/websocket`,
 * and an event stream on the raw response. The log of a channel is the reference server's.
 */
interface Asked {
  Querystring: { channel: string; after?: string; wait?: string };
}

/** A slow reader that has left so much unread, in bytes, is disconnected. */
const MAX_UNREAD_BYTES = 64 << 20;

const number = { type: 'string', pattern: '^[0-9]{1,10}$' };
const properties = {
  channel: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,64}$' },
  after: number,
  wait: number,
};
const asked = { schema: { querystring: { type: 'object', required: ['channel'], properties } } };
const askedToWait = {
  schema: { querystring: { type: 'object', required: ['channel', 'wait'], properties } },
};

const channels = new Channels();
const app = fastify({
  bodyLimit: MAX_FRAME_BYTES,
  forceCloseConnections: true,
});
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
await app.register(websocket, { options: { maxPayload: MAX_FRAME_BYTES } });

const counts = { connections: 0, accepted: 0, requests: 0 };
app.server.on('connection', (socket) => {
  counts.connections += 1;
  counts.accepted += 1;
  socket.once('close', () => {
    counts.connections -= 1;
  });
});
app.addHook('onRequest', async () => {
  counts.requests += 1;
});
// The plugin ends the connection of an upgrade that was refused; who is not told would ask on it again.
app.addHook('onSend', async (request, reply) => {
  if (request.ws) reply.header('Connection', 'close');
});
app.get('/stats', async () => counts);

app.post<Asked>('/publish', asked, async (request, reply) => {
  channels.open(request.query.channel).append(bodyOf(request));
  return reply.code(204).send();
});
app.post('/echo', async (request, reply) => reply.type('text/plain').send(bodyOf(request)));

app.get<Asked>('/poll', asked, async ({ query }, reply) => answer(reply, query, query.after));

app.get<Asked>('/long-poll', askedToWait, async ({ query, raw }, reply) => {
  const log = channels.open(query.channel);
  if (Number(query.after ?? -1) === log.end && Number(query.wait) > 0) {
    await new Promise<void>((resolve) => {
      const forget = log.listen(() => release());
      const timer = setTimeout(() => release(), Number(query.wait));
      const release = () => {
        forget();
        clearTimeout(timer);
        resolve();
      };
      raw.socket.once('close', release);
    });
  }
  return answer(reply, query, query.after);
});

app.get<Asked>('/value', asked, async ({ query, headers }, reply) => {
  const { newest } = channels.open(query.channel);
  if (newest === undefined) return reply.code(204).send();
  const etag = `"${newest.cursor}"`;
  reply.header('ETag', etag).type('text/plain');
  return headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(newest.text);
});

app.get<Asked>('/events', asked, async ({ query, headers }, reply) => {
  const { 'last-event-id': lastEventId } = headers;
  const after = typeof lastEventId === 'string' ? lastEventId : query.after;
  const backlog = readFrom(reply, query.channel, after);
  if (backlog === null) return reply;
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  raw.write(`: subscribed\n\n${backlog.map(eventOf).join('')}`);
  const forget = channels.open(query.channel).listen((frame) => {
    raw.write(eventOf(frame));
    if (raw.writableLength > MAX_UNREAD_BYTES) raw.destroy();
  });
  raw.once('close', forget);
  return reply;
});

app.get<Asked>(
  '/socket',
  {
    ...asked,
    websocket: true,
    preHandler: async ({ query }, reply) => {
      readFrom(reply, query.channel, query.after);
    },
  },
  (socket, { query }) => {
    const log = channels.open(query.channel);
    const reading = log.read(Number(query.after ?? log.end));
    if (reading.kind === 'frames') for (const { text } of reading.frames) socket.send(text);
    const forget = log.listen(({ text }) => {
      socket.send(text);
      if (socket.bufferedAmount > MAX_UNREAD_BYTES) socket.terminate();
    });
    socket.on('message', (data) => log.append(data.toString()));
    socket.on('close', forget);
  },
);
app.route({
  method: 'GET',
  url: '/echo',
  handler: async (_request, reply) => reply.code(426).send('this is a WebSocket'),
  wsHandler: (socket) => {
    socket.on('message', (data) => socket.send(data.toString()));
  },
});

const host = process.env['WIREBENCH_HOST'] ?? '127.0.0.1';
const address = new URL(await app.listen({ host, port: Number(process.env['WIREBENCH_PORT'] ?? 0) }));
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, end);
process.stdout.write(`${formatReadyLine(Number(address.port), TRANSPORTS)}\n`);

/** Clients that do not answer a closing handshake would be waited for: 30 s, by `ws`. */
async function end(): Promise<void> {
  for (const client of app.websocketServer.clients) client.terminate();
  await app.close();
}

function bodyOf({ body }: FastifyRequest): string {
  return typeof body === 'string' ? body : '';
}

function eventOf({ cursor, text }: Frame): string {
  return eventBlock(cursor, text);
}

/** The frames after a cursor; `null` if the log has forgotten them, which is then answered. */
function readFrom(reply: FastifyReply, channel: string, after: string | undefined): readonly Frame[] | null {
  const log = channels.open(channel);
  const reading = log.read(Number(after ?? log.end));
  if (reading.kind === 'frames') return reading.frames;
  reply.code(410).send({ next: reading.next, oldest: reading.oldest });
  return null;
}

function answer(reply: FastifyReply, { channel }: Asked['Querystring'], after: string | undefined) {
  const frames = readFrom(reply, channel, after);
  if (frames === null) return reply;
  return { next: channels.open(channel).end, frames: frames.map(({ text }) => text) };
}

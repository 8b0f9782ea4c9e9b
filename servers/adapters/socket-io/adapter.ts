import type { PollDialect, SocketDialect, Told } from '../../dialect.ts';
import { defineServer } from '../../server-module.ts';

/**
 * Socket.IO by its real protocol: packets of Engine.IO 4 (`0` open, `2` ping, `3` pong, `4` message),
 * in messages those of Socket.IO 5 (`0` connect, `2` event, `3` acknowledgement). A client connects to the
 * default namespace, asks to join a room, and is subscribed when that is acknowledged.
 */
const PATH = '/socket.io/?EIO=4&transport=';

const CONNECT = '40';
const PONG = '3';
const join = (channel: string) => `420["subscribe",${JSON.stringify(channel)}]`;

/** What a packet is: to be answered, the word that the client is subscribed, or a frame, which is told. */
function heard(packet: string, channel: string, told: Told): { answer?: string; subscribed?: true } {
  if (packet.startsWith('42')) {
    const [, text] = JSON.parse(packet.slice(2)) as [string, string];
    const frame = Buffer.from(text);
    told.frame(frame, 0, frame.length);
    return {};
  }
  if (packet === '2') return { answer: PONG };
  if (packet.startsWith('0')) return { answer: CONNECT };
  if (packet.startsWith('40')) return { answer: join(channel) };
  if (packet.startsWith('430')) return { subscribed: true };
  throw new Error(`a packet that this client does not know: ${packet}`);
}

const websocket: SocketDialect = {
  path: () => `${PATH}websocket`,
  subscribedBy: 'hear',
  hear(data, start, end, told, channel) {
    const { answer, subscribed } = heard(data.toString('utf8', start, end), channel, told);
    if (answer !== undefined) told.say(answer);
    if (subscribed) told.subscribed();
  },
  carry: (frame, channel) => Buffer.from(`42${JSON.stringify(['publish', channel, frame.toString()])}`),
  resumes: false,
};

/** A session, what it is to be told next, and whether its client is subscribed. */
interface Session {
  readonly id: string;
  readonly say: string | null;
  readonly subscribed: boolean;
}

/** Packets of one answer are separated by the record separator; what the client says goes by POST, in between. */
const longPolling: PollDialect<Session> = {
  path: (_, session) => `${PATH}polling${session === null ? '' : `&sid=${session.id}`}`,
  body: (session) => session?.say ?? null,
  read({ body, start, end }, before, told, channel) {
    const text = body.toString('utf8', start, end);
    let session: Session = { id: '', subscribed: false, ...before, say: null };
    if (before?.say) return session; // The answer to a POST is "ok".
    for (const packet of text.split('\x1e')) {
      if (packet.startsWith('0')) session = { ...session, id: JSON.parse(packet.slice(1)).sid };
      const { answer = session.say, subscribed = session.subscribed } = heard(packet, channel, told);
      session = { ...session, say: answer, subscribed };
    }
    return session;
  },
  again: ({ say, subscribed }) => say !== null || !subscribed,
  resumes: false,
};

export default defineServer({
  name: 'socket.io',
  command: [process.execPath, 'main.js'],
  speaks: {
    publish: { path: (channel) => `/publish?channel=${channel}` },
    'long-polling': longPolling,
    websocket,
  },
});

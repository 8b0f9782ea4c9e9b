import type { SocketDialect, StreamDialect } from '../../dialect.ts';
import { Inbox } from '../client/inbox.ts';
import { AT_ONCE_MS, within } from '../client/limits.ts';
import { Lines } from '../client/lines.ts';
import { newWebSocket } from '../client/web-socket.ts';
import { Broken } from '../verdict.ts';
import { notUnderstood } from './not-understood.ts';
import type { Subscriber, Subscription } from './subscriber.ts';

/** What arrives by itself, and the wait until the client is subscribed. */
class Arrivals {
  readonly inbox = new Inbox();
  #resolve: () => void = () => {};
  #reject: (error: Error) => void = () => {};
  readonly #subscribed = new Promise<void>((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  readonly frame = (bytes: Buffer, start: number, end: number) => {
    this.inbox.push(bytes.toString('utf8', start, end));
  };

  readonly subscribed = () => this.#resolve();

  fail(reason: string): void {
    this.#reject(new Broken(reason));
  }

  /** @throws Broken if it is not subscribed at once */
  async opened(): Promise<void> {
    await within(AT_ONCE_MS, 'word that the client is subscribed, as the adapter says', this.#subscribed);
  }

  /** Runs what an adapter makes of something; what it cannot read is no frame, and subscribes nobody. */
  hear(hear: () => void): void {
    try {
      hear();
    } catch (error) {
      const problem = notUnderstood(error);
      this.fail(problem);
      this.inbox.push(`(${problem})`);
    }
  }

  reader(): Pick<Subscriber, 'take' | 'surplus'> {
    return { take: (count) => this.inbox.take(count, AT_ONCE_MS), surplus: () => this.inbox.surplus() };
  }
}

/** Subscribes by event stream. @throws Broken */
export async function openEvents(
  dialect: StreamDialect,
  { http, channel, mark }: Subscription,
): Promise<Subscriber> {
  const arrivals = new Arrivals();
  const target = dialect.path(channel);
  let id = typeof mark === 'string' ? mark : dialect.beginning;
  const resume: Record<string, string> = mark === null || id === '' ? {} : { 'Last-Event-ID': id };
  const response = await http.open('GET', target, { headers: { Accept: 'text/event-stream', ...resume } });
  if (response.statusCode !== 200) {
    response.destroy();
    throw new Broken(`GET ${target} must be answered 200`, [`it was answered ${response.statusCode}`]);
  }
  const { subscribedBy } = dialect;
  if (subscribedBy === 'head') arrivals.subscribed();
  let data: string[] = [];
  const read = (line: string) => {
    if (line === '') {
      if (data.length > 0) {
        const bytes = Buffer.from(data.join('\n'));
        if (dialect.hear === undefined) arrivals.frame(bytes, 0, bytes.length);
        else arrivals.hear(() => dialect.hear?.(bytes, 0, bytes.length, arrivals, channel));
      }
      data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
    else if (field === '' && typeof subscribedBy === 'object' && value === subscribedBy.comment)
      arrivals.subscribed();
  };
  const lines = new Lines();
  response.on('data', (chunk: Buffer) => arrivals.hear(() => lines.push(chunk).forEach(read)));
  response.on('error', () => arrivals.fail('the event stream broke off'));
  response.on('end', () => arrivals.fail('the event stream ended by itself'));
  await arrivals.opened();
  return { ...arrivals.reader(), mark: () => id, destroy: () => response.destroy() };
}

/** Subscribes by WebSocket. @throws Broken */
export async function openSocket(
  dialect: SocketDialect,
  { peer, channel, mark }: Subscription,
): Promise<Subscriber> {
  const arrivals = new Arrivals();
  const target = dialect.path(channel, typeof mark === 'string' ? mark : null);
  const socket = newWebSocket(peer, target, dialect.subprotocol === undefined ? [] : [dialect.subprotocol]);
  let after: string | null = null;
  let frames = 0;
  const told = {
    subscribed: arrivals.subscribed,
    say: (text: string) => socket.send(text),
    cursor: (cursor: string) => {
      after = cursor;
    },
    frame: (bytes: Buffer, start: number, end: number) => {
      frames += 1;
      arrivals.frame(bytes, start, end);
    },
  };
  socket.on('open', () =>
    arrivals.hear(() => {
      for (const text of dialect.hello?.(channel) ?? []) socket.send(text);
      if (dialect.subscribedBy !== 'hear') arrivals.subscribed();
    }),
  );
  socket.on('message', (data: Buffer) => {
    if (dialect.hear === undefined) told.frame(data, 0, data.length);
    else arrivals.hear(() => dialect.hear?.(data, 0, data.length, told, channel));
  });
  socket.on('error', (error) => arrivals.fail(`no WebSocket at ${target}: ${error.message}`));
  socket.on('close', () => arrivals.fail(`the WebSocket at ${target} was closed`));
  try {
    await arrivals.opened();
  } catch (error) {
    socket.terminate();
    throw error;
  }
  return {
    ...arrivals.reader(),
    mark: () => after ?? String(Number(mark ?? 0) + frames),
    send(frame) {
      const bytes = Buffer.from(frame);
      socket.send(dialect.carry?.(bytes, channel) ?? bytes, { binary: false });
    },
    destroy: () => socket.terminate(),
  };
}

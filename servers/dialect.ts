import type { Transport } from './contract.ts';

/**
 * How a server is spoken to: its routes, how a message is published, and where in what comes down
 * the frames are. The contract is one dialect; an adapter describes another. Data and small pure
 * functions: nothing here opens a connection or looks at a clock, and what a client has to remember
 * is handed in and out.
 *
 * Bytes are handed over as a buffer with a start and an end. The view is valid only during the call.
 */
export interface Dialect {
  readonly publish: PublishDialect;
  /** What a server does not have is left out. */
  readonly polling?: PollDialect;
  readonly 'long-polling'?: PollDialect;
  /** The newest frame of a channel alone, where clients ask for no more than that. */
  readonly newest?: PollDialect;
  readonly sse?: StreamDialect;
  readonly websocket?: SocketDialect;
  /** Where it says how many TCP connections it has accepted since its start; by default the contract's `/stats`. */
  readonly accepted?: AcceptedDialect;
  /** Where requests come back: the path of a POST, and a WebSocket. */
  readonly echo?: { readonly post?: string; readonly socket?: SocketDialect };
}

/** Header fields by name, in the order in which they go out. */
export type Fields = Readonly<Record<string, string>>;

/** How a message is published over HTTP. */
export interface PublishDialect {
  /** By default POST. */
  readonly method?: 'POST' | 'PUT';
  /** Path and query. */
  path(channel: string): string;
  readonly fields?: Fields;
  /** Statuses that say that it was taken; by default every 2xx. */
  readonly accepts?: readonly number[];
  /** The body that carries a frame; by default the frame itself. */
  carry?(frame: Buffer, channel: string): Buffer;
}

/** How a server says how many connections it has accepted. */
export interface AcceptedDialect {
  /** Path and query of a GET. */
  readonly path: string;
  /** @returns the number in the body of a 200; one that is no whole number counts as none. */
  read(body: string): number;
}

/** Told the frames in what came. */
export interface Told {
  /** A frame, from `start` to `end`. */
  frame(bytes: Buffer, start: number, end: number): void;
}

/** An answer to a poll. */
export interface PollReply {
  readonly status: number;
  /** Looks a field up, by its name in lower case. */
  readonly headers: { get(lowerCaseName: string): string | undefined };
  readonly body: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * How a channel is polled. `State` is what a client remembers between two polls, such as a cursor
 * or a session; it has none before its first answer.
 */
export interface PollDialect<State = unknown> {
  /**
   * Path and query of the next poll. Without a state it must be answered at once, and begin the
   * subscription: what is published from then on is in the answers.
   *
   * @param waitMs how long the server may hold it; 0: the answer is to come at once.
   */
  path(channel: string, state: State | null, waitMs: number): string;
  /** Fields that this poll has beside those that all have, such as `If-None-Match`. */
  fields?(state: State | null): Fields;
  /** The body of this one, which is then a POST; `null`: a GET. */
  body?(state: State | null, channel: string): string | null;
  /** Statuses that {@link read} understands; by default 200. Any other is a fault. */
  readonly accepts?: readonly number[];
  /**
   * Tells the frames of an answer.
   *
   * @returns what to remember for the next poll.
   * @throws Error that says what is wrong with the answer.
   */
  read(reply: PollReply, state: State | null, told: Told, channel: string): State;
  /**
   * Whether the next poll is due at once: there may be more, or the subscription is not complete.
   * By default it is not.
   */
  again?(state: State): boolean;
  /** Whether a client whose connection is lost goes on with its state, so that nothing is missed. */
  readonly resumes: boolean;
  /** What to go on with behind a 410, where its body says so; without it, with the state that there is. */
  gone?(body: Buffer, start: number, end: number): State;
}

/** Told what an event or a message was. */
export interface StreamTold extends Told {
  /** The server has subscribed the client. */
  subscribed(): void;
}

/** How an event stream (WHATWG HTML §9.2) is subscribed and read. */
export interface StreamDialect {
  /** Path and query. */
  path(channel: string): string;
  /** What says that the client is subscribed: the head of the answer, a comment, or {@link hear}. */
  readonly subscribedBy: 'head' | 'hear' | { readonly comment: string };
  /** What to resume behind before an event has come; empty: nothing, so that the first connection is made again. */
  readonly beginning: string;
  /** Whether `Last-Event-ID` resumes it, so that nothing is missed. */
  readonly resumes: boolean;
  /** What to resume behind after a 410, where its body says so. */
  gone?(body: Buffer, start: number, end: number): string;
  /** Tells what an event's data is; by default the frame as it is. */
  hear?(data: Buffer, start: number, end: number, told: StreamTold, channel: string): void;
}

/** Told what a message was, and what to answer. */
export interface SocketTold extends StreamTold {
  /** Sends a text message, as part of the protocol. */
  say(text: string): void;
  /** What to resume behind from now on; a client that is never told counts its frames, from 0. */
  cursor(after: string): void;
}

/** How a WebSocket (RFC 6455) is subscribed, read and written. */
export interface SocketDialect {
  /**
   * Path and query.
   *
   * @param after what to resume behind; `null` for a client's first.
   */
  path(channel: string, after: string | null): string;
  /** Asked for with `Sec-WebSocket-Protocol`, and required in the answer. */
  readonly subprotocol?: string;
  /** Said once the connection is open. */
  hello?(channel: string): readonly string[];
  /** What says that the client is subscribed: by default the 101, or {@link hear}. */
  readonly subscribedBy?: 'upgrade' | 'hear';
  /** Whether {@link path} resumes behind a cursor, so that nothing is missed. */
  readonly resumes: boolean;
  /** What to resume behind after a 410, where its body says so. */
  gone?(body: Buffer, start: number, end: number): string;
  /** Tells what a message is; by default the frame as it is. */
  hear?(data: Buffer, start: number, end: number, told: SocketTold, channel: string): void;
  /** The text that carries a frame up; by default the frame as it is. */
  carry?(frame: Buffer, channel: string): Buffer;
}

/** The transports that a dialect has words for. */
export function transportsOf(dialect: Dialect): Transport[] {
  const all: Readonly<Record<Transport, unknown>> = {
    polling: dialect.polling,
    'long-polling': dialect['long-polling'],
    sse: dialect.sse,
    websocket: dialect.websocket,
  };
  return (Object.keys(all) as Transport[]).filter((transport) => all[transport] !== undefined);
}

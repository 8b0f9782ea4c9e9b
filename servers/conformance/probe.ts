import { randomBytes } from 'node:crypto';
import { ROUTES, type Transport } from '../contract.ts';
import type { Codings } from './client/coding.ts';
import { EventStream } from './client/event-stream.ts';
import {
  type Answer,
  described,
  expectStatus,
  HttpClient,
  jsonOf,
  type RequestParts,
} from './client/http.ts';
import { pause } from './client/limits.ts';
import type { Peer } from './client/peer.ts';
import { RawConnection } from './client/raw.ts';
import { upgradeHeaders } from './client/raw-frames.ts';
import { SocketClient, type SocketOptions } from './client/web-socket.ts';
import type { DeepChannel } from './deep-channel.ts';
import { Broken } from './verdict.ts';

/** Where a subscription begins; without either, at the current end. */
export interface Start {
  readonly after?: number;
  readonly lastEventId?: number;
  /** Say that it may come so compressed; by default nothing is said. */
  readonly codings?: Codings;
  /** Come back at the first sign of the subscription, for a rule about that very instant. */
  readonly atOnce?: boolean;
}

/** What else a subscription is given: one that is made late is found by the rule about it, and not by all the others. */
const SETTLE_MS = 100;

/** A checked `PollAnswer`. */
export interface Polled {
  readonly next: number;
  readonly frames: readonly string[];
}

/** What a rule sees of a server: its routes, by a client that shares no code with any server. */
export class Probe {
  readonly peer: Peer;
  readonly transports: readonly Transport[];
  /** What to tell people although the rule holds. */
  readonly notes: string[] = [];
  /** Far more frames than a log must keep; filled for the first rule that asks. */
  readonly deepChannel: () => Promise<DeepChannel>;
  readonly #http: HttpClient;
  readonly #open: { destroy(): void }[] = [];

  constructor(peer: Peer, transports: readonly Transport[], deepChannel: () => Promise<DeepChannel>) {
    this.peer = peer;
    this.transports = transports;
    this.deepChannel = deepChannel;
    this.#http = new HttpClient(peer);
  }

  /** The name of a channel that nobody has used. */
  channel(): string {
    return `verify-${randomBytes(8).toString('hex')}`;
  }

  request(method: 'GET' | 'POST', target: string, parts: RequestParts = {}): Promise<Answer> {
    return this.#http.request(method, target, parts);
  }

  /** Publishes frames, each after the one before was answered 204. @throws Broken */
  async publish(channel: string, ...frames: readonly string[]): Promise<void> {
    for (const body of frames) {
      expectStatus(await this.request('POST', `${ROUTES.publish}?channel=${channel}`, { body }), 204);
    }
  }

  /** `GET /poll`. @throws Broken */
  poll(channel: string, after?: number): Promise<Polled> {
    return this.#polled(`${ROUTES.poll}?channel=${channel}${after === undefined ? '' : `&after=${after}`}`);
  }

  /** `GET /long-poll`, given a while more than it may be held for. @throws Broken */
  longPoll(channel: string, after: number | undefined, waitMs: number): Promise<Polled> {
    const cursor = after === undefined ? '' : `&after=${after}`;
    return this.#polled(`${ROUTES.longPoll}?channel=${channel}${cursor}&wait=${waitMs}`, {
      withinMs: waitMs + 2_000,
    });
  }

  /** Subscribes by event stream. @throws Broken */
  async events(channel: string, { after, lastEventId, codings, atOnce }: Start = {}): Promise<EventStream> {
    const target = `${ROUTES.events}?channel=${channel}${after === undefined ? '' : `&after=${after}`}`;
    const headers: Record<string, string> = { Accept: 'text/event-stream' };
    if (lastEventId !== undefined) headers['Last-Event-ID'] = String(lastEventId);
    if (codings !== undefined) headers['Accept-Encoding'] = codings;
    const response = await this.#http.open('GET', target, { headers });
    this.#open.push(response);
    if (response.statusCode !== 200 || !response.headers['content-type']?.startsWith('text/event-stream')) {
      throw new Broken(`GET ${target} must be answered 200 with text/event-stream`, [
        `it was answered ${response.statusCode} with ${response.headers['content-type'] ?? 'no content type'}`,
      ]);
    }
    const stream = await EventStream.subscribed(response, codings);
    if (!atOnce) await pause(SETTLE_MS);
    return stream;
  }

  /** The status of a GET whose answer may never end. */
  async status(target: string): Promise<number> {
    const response = await this.#http.open('GET', target);
    response.destroy();
    return response.statusCode ?? 0;
  }

  /**
   * Subscribes by WebSocket.
   *
   * @param onUpgrade called at the instant at which the 101 has been read; nothing is waited for then
   * @throws Broken
   */
  async socket(channel: string, { after }: Start = {}, onUpgrade?: () => void): Promise<SocketClient> {
    const cursor = after === undefined ? '' : `&after=${after}`;
    const client = await this.webSocket(`${ROUTES.socket}?channel=${channel}${cursor}`, onUpgrade);
    if (onUpgrade === undefined) await pause(SETTLE_MS);
    return client;
  }

  /** A WebSocket of any route. @throws Broken */
  async webSocket(
    target: string,
    onUpgrade?: () => void,
    options: SocketOptions = {},
  ): Promise<SocketClient> {
    const client = await SocketClient.open(this.peer, target, onUpgrade, options);
    this.#open.push(client);
    return client;
  }

  /** Asks for an upgrade and brings the answer, for where a refusal is to be seen. */
  upgrade(target: string): Promise<Answer> {
    return this.request('GET', target, { headers: upgradeHeaders() });
  }

  /** A connection for bytes that no client library would send. @throws Broken */
  async raw(): Promise<RawConnection> {
    const connection = await RawConnection.open(this.peer);
    this.#open.push(connection);
    return connection;
  }

  /** Ends everything that the rule has opened. */
  close(): void {
    for (const connection of this.#open) connection.destroy();
    this.#http.close();
  }

  async #polled(target: string, parts: RequestParts = {}): Promise<Polled> {
    const answer = await this.request('GET', target, parts);
    expectStatus(answer, 200);
    const { next, frames } = jsonOf(answer);
    const isPollAnswer =
      Number.isSafeInteger(next) &&
      Array.isArray(frames) &&
      frames.every((frame) => typeof frame === 'string');
    if (!isPollAnswer) {
      throw new Broken(`GET ${target} must be answered {"next":m,"frames":["…"]}`, [described(answer)]);
    }
    return { next: Number(next), frames };
  }
}

import { randomBytes } from 'node:crypto';
import type { Transport } from '../../contract.ts';
import type { Dialect } from '../../dialect.ts';
import { described, HttpClient } from '../client/http.ts';
import type { Peer } from '../client/peer.ts';
import { RawConnection } from '../client/raw.ts';
import type { Delivering } from '../rules/delivery.ts';
import { Broken, Unverified } from '../verdict.ts';
import { openLongPolls, openPolls } from './polls.ts';
import { openEvents, openSocket } from './streams.ts';
import type { Subscriber, Subscription } from './subscriber.ts';

/** What a rule sees of a server that is spoken to as an adapter says. */
export class AdaptedProbe implements Delivering {
  readonly peer: Peer;
  readonly transports: readonly Transport[];
  readonly dialect: Dialect;
  readonly notes: string[] = [];
  readonly #http: HttpClient;
  readonly #open: { destroy(): void }[] = [];

  constructor(peer: Peer, transports: readonly Transport[], dialect: Dialect) {
    this.peer = peer;
    this.transports = transports;
    this.dialect = dialect;
    this.#http = new HttpClient(peer);
  }

  channel(): string {
    return `verify-${randomBytes(8).toString('hex')}`;
  }

  /** Publishes frames, each after the one before was taken. @throws Broken */
  async publish(channel: string, ...frames: readonly string[]): Promise<void> {
    const { method = 'POST', path, fields = {}, accepts, carry } = this.dialect.publish;
    for (const frame of frames) {
      const body = carry?.(Buffer.from(frame), channel) ?? frame;
      const answer = await this.#http.request(method, path(channel), { body, headers: fields });
      const taken = accepts?.includes(answer.status) ?? (answer.status >= 200 && answer.status < 300);
      if (!taken) throw new Broken(`${answer.asked} must be taken`, [described(answer)]);
    }
  }

  reader(transport: Transport, channel: string): Promise<Subscriber> {
    return this.subscribe(transport, channel, null);
  }

  /**
   * Subscribes.
   *
   * @param mark what an earlier subscription resumes with; `null`: this is a first one.
   * @throws Broken
   */
  async subscribe(transport: Transport, channel: string, mark: unknown): Promise<Subscriber> {
    const subscriber = await this.#subscribed(transport, {
      peer: this.peer,
      http: this.#http,
      channel,
      mark,
    });
    this.#open.push(subscriber);
    return subscriber;
  }

  /** Polls of the newest frame alone. @throws Unverified if there are no words for them */
  async newest(channel: string): Promise<Subscriber> {
    const { newest } = this.dialect;
    if (newest === undefined) throw new Unverified('the adapter has no words for polls of the newest frame');
    return await openPolls(newest, { peer: this.peer, http: this.#http, channel, mark: null });
  }

  async raw(): Promise<RawConnection> {
    const connection = await RawConnection.open(this.peer);
    this.#open.push(connection);
    return connection;
  }

  close(): void {
    for (const each of this.#open) each.destroy();
    this.#http.close();
  }

  async #subscribed(transport: Transport, at: Subscription): Promise<Subscriber> {
    const { polling, 'long-polling': longPolling, sse, websocket } = this.dialect;
    if (transport === 'polling' && polling !== undefined) return await openPolls(polling, at);
    if (transport === 'long-polling' && longPolling !== undefined)
      return await openLongPolls(longPolling, at);
    if (transport === 'sse' && sse !== undefined) return await openEvents(sse, at);
    if (transport === 'websocket' && websocket !== undefined) return await openSocket(websocket, at);
    throw new Broken(`the adapter has no words for ${transport}`);
  }
}

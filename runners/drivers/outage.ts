import { type Random, randomFrom } from '../../scenarios/random.ts';
import type { Reconnect } from '../../scenarios/schema.ts';
import { nowUs } from '../clock.ts';
import { backoffUs } from '../pacing/backoff.ts';
import type { ClientPlan, DriverContext } from './driver.ts';

/**
 * Where clients do not come back, only a long poll that failed is made again; it waits so long,
 * so that a broken server is not flooded.
 */
const NEXT_LONG_POLL: Reconnect = { afterMs: 200, upToMs: 200 };

/**
 * The times during which one client is not subscribed, from the instant at which it notices that
 * its connection is lost to the first at which it is subscribed again. The same for all
 * transports, so that their recovery can be compared.
 */
export class Outage {
  readonly #context: DriverContext;
  readonly #client: number;
  #random: Random | null = null;
  #sinceUs: number | null = null;
  #failed = 0;
  #closed = false;

  constructor(context: DriverContext, plan: ClientPlan) {
    this.#context = context;
    this.#client = plan.index;
  }

  /** Whether there is one that the client will come back from. */
  get underWay(): boolean {
    return this.#sinceUs !== null;
  }

  /** The connection is lost. No effect while one is under way, or where clients do not come back. */
  begin(): void {
    if (this.#context.reconnect !== null) this.#sinceUs ??= nowUs();
  }

  /** Runs `connect` after the wait that is due before the next attempt. */
  retry(connect: () => void): void {
    const { reconnect, seed, agenda } = this.#context;
    this.#random ??= randomFrom(seed, 'reconnect', this.#client);
    const waitUs = backoffUs(reconnect ?? NEXT_LONG_POLL, this.#failed, this.#random);
    this.#failed += 1;
    agenda.at(nowUs() + waitUs, () => {
      if (!this.#closed) connect();
    });
  }

  /** The client is subscribed; an outage that was under way goes on record. */
  end(): void {
    this.#failed = 0;
    if (this.#sinceUs === null) return;
    this.#context.recorder.recovered(this.#sinceUs, nowUs());
    this.#sinceUs = null;
    this.#context.onProgress();
  }

  /** The client's end: it makes no further attempt, and has not come back if an outage is under way. */
  close(): void {
    if (this.#sinceUs !== null) this.#context.recorder.connections.unrecovered += 1;
    this.#sinceUs = null;
    this.#closed = true;
  }
}

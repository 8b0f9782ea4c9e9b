import type { ServerResponse } from 'node:http';

/** More windows than this are not kept up to date; a browser opens six of them. */
const MOST_STREAMS = 16;

/** A comment after this long without an event, so that neither side takes a silent connection for a lost one. */
const HEARTBEAT_MS = 15_000;

/** A reader that has not taken this much is ended; it comes back and gets the newest. */
const MOST_WAITING_BYTES = 4_000_000;

/** How long a browser waits before it comes back. */
const RETRY_MS = 2_000;

/**
 * Event streams that all get the same (WHATWG HTML, server-sent events). Each event is a JSON object whose
 * members replace those of the one before, so that a new stream needs only the newest of each.
 */
export class EventStreams {
  readonly #open = new Set<ServerResponse>();
  readonly #heartbeat: NodeJS.Timeout;
  #state: Readonly<Record<string, unknown>> = {};

  constructor(heartbeatMs = HEARTBEAT_MS) {
    this.#heartbeat = setInterval(() => this.#send(': still here\n\n'), heartbeatMs);
    // Streams hold the process; a heartbeat alone does not.
    this.#heartbeat.unref();
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Whether one more may be opened. */
  get hasRoom(): boolean {
    return this.#open.size < MOST_STREAMS;
  }

  /** Takes over a response whose head says that it is an event stream. */
  add(response: ServerResponse): void {
    // While nobody listened nothing was told: what was, is old.
    if (this.#open.size === 0) this.#state = {};
    this.#open.add(response);
    response.on('close', () => this.#open.delete(response));
    response.write(`retry: ${RETRY_MS}\n\n`);
    if (Object.keys(this.#state).length > 0) response.write(eventOf(this.#state));
  }

  /** Sends those members that are not what they were. */
  tell(state: Readonly<Record<string, string>>): void {
    const changed = Object.entries(state).filter(([name, value]) => this.#state[name] !== value);
    if (changed.length === 0) return;
    this.#state = state;
    this.#send(eventOf(Object.fromEntries(changed)));
    this.#heartbeat.refresh();
  }

  /** Ends all of them. */
  end(): void {
    clearInterval(this.#heartbeat);
    for (const response of this.#open) response.end();
  }

  #send(text: string): void {
    for (const response of this.#open) {
      if (response.writableLength > MOST_WAITING_BYTES) response.destroy();
      else response.write(text);
    }
  }
}

/** JSON is a single line, and so a single `data` field. */
function eventOf(members: Readonly<Record<string, unknown>>): string {
  return `data: ${JSON.stringify(members)}\n\n`;
}

import type { Slow } from '../../scenarios/schema.ts';
import { sleepMs } from '../clock.ts';
import { Ledger } from '../wire/ledger.ts';
import { SocketTotals } from '../wire/socket-totals.ts';
import type { PartContext } from './member.ts';

/** Where clients are recorded and their bytes are booked. */
type Books = Pick<PartContext, 'recorder' | 'ledger' | 'totals'>;

/** Whether a client reads slowly: the last of every `oneIn`, by its number among all clients of the trial. */
export function isSlow({ oneIn }: Slow, client: number): boolean {
  return client % oneIn === oneIn - 1;
}

const BYTES_PER_KBIT = 125;

/** How long they may read, when the trial is over, what the kernel and the server still have for them. */
const READ_OUT_MS = 500;

/**
 * The slow clients of a worker, with books of their own that are kept like the others'. What is slow
 * by design must neither be in the others' latency nor look lost; and what breaks on such a client's
 * connection is no fault, since a server may defend itself against it.
 */
export class SlowClients {
  readonly books: Books;
  /** Their numbers. */
  readonly clients: ReadonlySet<number>;
  readonly #others: Books;
  #received = 0;

  /** @param clients the numbers of all clients of the worker. */
  constructor(slow: Slow, clients: readonly number[], others: Books) {
    this.clients = new Set(clients.filter((client) => isSlow(slow, client)));
    this.books = {
      recorder: others.recorder.apart(),
      ledger: new Ledger(),
      totals: new SocketTotals(slow.kbps * BYTES_PER_KBIT),
    };
    this.#others = others;
  }

  /**
   * Ends the slowness, and with it the count of what was received: the end of a connection that the
   * server has ended lies behind megabytes which were never read.
   */
  async readOut(): Promise<void> {
    this.#received = this.books.recorder.messages.received;
    this.books.totals.readBytesPerSecond = null;
    await sleepMs(READ_OUT_MS);
  }

  /** Enters into the others' books, when all connections are closed: bytes `outside`, and what was received. */
  settle(): void {
    const { recorder, ledger, totals } = this.#others;
    recorder.slow = {
      clients: this.clients.size,
      expected: this.books.recorder.messages.expected,
      received: this.#received,
      disconnected: this.books.totals.endedByPeer,
    };
    ledger.addOutside(this.books.ledger);
    totals.add(this.books.totals);
  }
}

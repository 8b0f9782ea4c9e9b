import type { Account, DirectionBytes } from '../../reports/results/schema.ts';

/** Which way bytes went, seen from the client. */
export type Direction = 'up' | 'down';

/** The accounts in which an exchange's own bytes are put; whether they are shown is decided later. */
export type OwnAccount = Exclude<Account, 'outside'>;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function emptyAccounts(): Writable<DirectionBytes> {
  return { payload: 0, framing: 0, headers: 0, handshake: 0, control: 0, tls: 0, outside: 0 };
}

/** The byte accounts of all sockets of a process. Every byte that a socket counted is in exactly one. */
export class Ledger {
  readonly up = emptyAccounts();
  readonly down = emptyAccounts();

  /** Puts bytes into an account if they belong to the window, else into `outside`. */
  add(direction: Direction, account: OwnAccount, bytes: number, inWindow: boolean): void {
    this[direction][inWindow ? account : 'outside'] += bytes;
  }

  /** Puts all that another ledger holds into `outside`. */
  addOutside(other: Ledger): void {
    for (const direction of ['up', 'down'] as const) {
      for (const bytes of Object.values(other[direction])) this[direction].outside += bytes;
    }
  }
}

/**
 * The bytes of one exchange, or of one frame on a stream, until it is known whether it belongs
 * to the window. One is kept per connection and used again and again.
 */
export class Tally {
  readonly #ledger: Ledger;
  #up = emptyAccounts();
  #down = emptyAccounts();
  /** Bytes since the last {@link settle}, both ways. */
  #open = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Notes bytes that went up. */
  up(account: OwnAccount, bytes: number): void {
    this.#up[account] += bytes;
    this.#open += bytes;
  }

  /** Notes bytes that came down. */
  down(account: OwnAccount, bytes: number): void {
    this.#down[account] += bytes;
    this.#open += bytes;
  }

  /** Books bytes that belong to no exchange: a cut-off answer, or one that nobody asked for. */
  discardDown(bytes: number): void {
    this.#ledger.add('down', 'framing', bytes, false);
  }

  /**
   * What TLS took for a connection as a whole: where it stays, shown whenever it was opened, as every handshake
   * is; where it was made for one request, noted with that request.
   */
  connection(up: number, down: number, stays: boolean): void {
    if (stays) {
      this.#ledger.add('up', 'tls', up, true);
      this.#ledger.add('down', 'tls', down, true);
    } else {
      this.up('tls', up);
      this.down('tls', down);
    }
  }

  /** Books what was noted and starts afresh. */
  settle(inWindow: boolean): void {
    if (this.#open === 0) return;
    this.#book('up', this.#up, inWindow);
    this.#book('down', this.#down, inWindow);
    this.#open = 0;
  }

  #book(direction: Direction, noted: Record<OwnAccount, number>, inWindow: boolean): void {
    for (const account of OWN_ACCOUNTS) {
      if (noted[account] === 0) continue;
      this.#ledger.add(direction, account, noted[account], inWindow);
      noted[account] = 0;
    }
  }
}

const OWN_ACCOUNTS = [
  'payload',
  'framing',
  'headers',
  'handshake',
  'control',
  'tls',
] as const satisfies OwnAccount[];

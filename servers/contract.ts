/**
 * The server contract, version 1: the vocabulary that servers, scenarios and runners share.
 *
 * A server is a command in any language. It is started with `WIREBENCH_HOST` and
 * `WIREBENCH_PORT` in its environment, prints one ready line when it serves, and ends on
 * SIGTERM. This file holds the names and limits; `conformance/` holds the proof.
 *
 * Where TLS is asked for, `WIREBENCH_TLS_CERT` and `WIREBENCH_TLS_KEY` are in its environment too:
 * paths of a certificate and its key, in PEM. A server that can then serves everything over TLS
 * 1.3 and says `"tls":true` in its ready line, by which time it must have read both files: they are
 * gone afterwards. One that cannot serves as ever, and is skipped.
 */

/** The version of this contract that a ready line names. */
export const CONTRACT_VERSION = 1;

/** The four transports, in the order in which people meet them and every table shows them. */
export const TRANSPORTS = ['polling', 'long-polling', 'sse', 'websocket'] as const;

/** One way of getting a frame from a server to a subscriber. */
export type Transport = (typeof TRANSPORTS)[number];

/** True if `name` is one of {@link TRANSPORTS}. */
export function isTransport(name: unknown): name is Transport {
  return TRANSPORTS.includes(name as Transport);
}

/** What the first word of the ready line must be. */
export const READY_WORD = 'wirebench-ready';

/** A server says that it serves, on which port, and by which transports. */
export interface ReadyLine {
  readonly contract: typeof CONTRACT_VERSION;
  /** TCP port that the server listens on, on `WIREBENCH_HOST`. */
  readonly port: number;
  /** The transports that it has; a trial of any other is skipped. */
  readonly transports: readonly Transport[];
  /** Whether it serves over TLS; false where the line says nothing of it. */
  readonly tls: boolean;
}

/** The line that a server prints on stdout, without its line feed. */
export function formatReadyLine(port: number, transports: readonly Transport[], tls = false): string {
  const line = { contract: CONTRACT_VERSION, port, transports, ...(tls ? { tls } : {}) };
  return `${READY_WORD} ${JSON.stringify(line)}`;
}

/**
 * Reads one line of a server's output.
 *
 * @returns the ready line; `null` if the line is a log line.
 * @throws Error with the reason if the line claims to be a ready line and is malformed.
 */
export function parseReadyLine(line: string): ReadyLine | null {
  if (line !== READY_WORD && !line.startsWith(`${READY_WORD} `)) return null;
  let value: unknown;
  try {
    value = JSON.parse(line.slice(READY_WORD.length));
  } catch {
    throw new Error(`the ready line is not "${READY_WORD} " and a JSON object: ${line}`);
  }
  const { contract, port, transports, tls = false } = (value ?? {}) as Record<string, unknown>;
  if (contract !== CONTRACT_VERSION) {
    throw new Error(
      `the server speaks contract ${JSON.stringify(contract)}; this is contract ${CONTRACT_VERSION}`,
    );
  }
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`the ready line's port is ${JSON.stringify(port)}, not a number from 1 to 65535`);
  }
  if (!Array.isArray(transports) || transports.length === 0 || !transports.every(isTransport)) {
    throw new Error(`the ready line's transports must be some of ${TRANSPORTS.join(', ')}`);
  }
  if (typeof tls !== 'boolean') {
    throw new Error(`the ready line's tls is ${JSON.stringify(tls)}, not true or false`);
  }
  return {
    contract,
    port,
    transports: TRANSPORTS.filter((transport) => transports.includes(transport)),
    tls,
  };
}

/** What a channel may be called. */
export const CHANNEL_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/** A larger published body is refused with 413. */
export const MAX_FRAME_BYTES = 1 << 20;

/** A server keeps at least this many frames of a channel… */
export const MIN_LOG_FRAMES = 10_000;

/** …or the frames of at least this long. */
export const MIN_LOG_MS = 60_000;

/** The contract's routes. */
export const ROUTES = {
  publish: '/publish',
  poll: '/poll',
  longPoll: '/long-poll',
  value: '/value',
  events: '/events',
  socket: '/socket',
  echo: '/echo',
  stats: '/stats',
} as const;

/** The body of a `/poll` or `/long-poll` answer. */
export interface PollAnswer {
  /** The cursor to ask with next: the position after the last of `frames`. */
  readonly next: number;
  /** Every frame after the cursor asked with, oldest first; of many megabytes the first, and `next` leads to the rest. */
  readonly frames: readonly string[];
}

/** The body of a 410: the cursor asked with is older than the log. */
export interface GoneAnswer {
  readonly next: number;
  /** The smallest `after` that is still answered. */
  readonly oldest: number;
}

/** The body of `/stats`, an optional route. */
export interface StatsAnswer {
  /** TCP connections open now. */
  readonly connections: number;
  /** TCP connections accepted since the start. */
  readonly accepted: number;
  /** HTTP requests and upgrades received since the start. */
  readonly requests: number;
}

/** A server that may speak a dialect of its own. */
interface Speaking {
  readonly name: string;
  /** The `file:` URL of the module whose default export says how it is spoken to; without one, as the contract says. */
  readonly adapter?: string;
  /** Added to every request, the publisher's too; `${ENV:NAME}` in a value stands for the environment's. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** A server that the harness starts: one process of its own for every trial. */
export interface CommandServer extends Speaking {
  /** Program and arguments, run without a shell. */
  readonly command: readonly [string, ...string[]];
  /** Absolute folder to run it in. */
  readonly cwd: string;
  /** Added to the harness's own environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** Where a server that prints no ready line is to serve. */
export interface Place {
  /** The folder that it is run in: new, its own, and gone when it is. */
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** Paths of a certificate and its key, in PEM, where it is to serve over TLS; they are gone once it serves. */
  readonly tls: { readonly certificate: string; readonly key: string } | null;
}

/**
 * A server that the harness starts and that does not know this contract: it finds its configuration
 * in files, and is ready when it accepts connections.
 */
export interface PlacedServer extends Speaking {
  /** Program and arguments, run without a shell in the folder with the files. */
  readonly command: readonly [string, ...string[]];
  /** The files, by path from the folder. */
  readonly files: (place: Place) => Readonly<Record<string, string>>;
  readonly transports: readonly Transport[];
  /** Whether its files make it serve over TLS where that is asked for. */
  readonly tls: boolean;
}

/** A server that runs already, at an origin such as `http://127.0.0.1:8080`; at an `https:` origin, over TLS. */
export interface UrlServer extends Speaking {
  readonly url: string;
  readonly transports: readonly Transport[];
  /** Whether its certificate is checked; by default it is. */
  readonly tls?: { readonly verify: boolean } | undefined;
}

/** What a server shows to those who connect over TLS, and what proves that it is its own; both are PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** Where a server comes from. */
export type ServerSpec = CommandServer | PlacedServer | UrlServer;

/** How long a started server has until its ready line, in milliseconds. */
export const READY_WITHIN_MS = 15_000;

/** How long a server has between SIGTERM and SIGKILL, in milliseconds. */
export const STOP_WITHIN_MS = 5_000;

/** Whether a server's certificate is checked, where it has one. */
export function verifies(server: ServerSpec): boolean {
  return !('url' in server) || (server.tls?.verify ?? true);
}

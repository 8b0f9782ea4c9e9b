import { z } from 'zod';

/** The part of the results file that holds what one trial measured: counts and histograms, no statistics. */

/** What a trial goes through, in this order. */
export const stage = z.enum(['server', 'generator', 'connect', 'warmup', 'measure', 'drain', 'stop']);

/**
 * The accounts of the bytes on the wire. Every byte is in exactly one; `outside` holds what does
 * not belong to the measuring window and is not shown.
 */
export const ACCOUNTS = ['payload', 'framing', 'headers', 'handshake', 'control', 'tls', 'outside'] as const;

/** One of {@link ACCOUNTS}. */
export type Account = (typeof ACCOUNTS)[number];

/** The accounts that add up to the bytes of the measuring window. */
export const SHOWN_ACCOUNTS = ACCOUNTS.filter((account) => account !== 'outside');

/** How many. */
export const count = z.number().int().min(0);
/** How many bytes. */
export const bytes = count;
/** A text of no more than what a message needs. */
export const text = z.string().max(10_000);

const direction = z.strictObject({
  payload: bytes,
  framing: bytes,
  headers: bytes,
  handshake: bytes,
  control: bytes,
  tls: bytes,
  outside: bytes,
});

/** An HdrHistogram of microseconds, 3 significant digits, V2 compressed, base64. */
const histogram = z.string().max(4_000_000);

/** The same of one slice of time, with 2 significant digits; with 3 in files of older versions. */
const slice = histogram;

const interval = z.strictObject({
  /** From the start of the measuring phase to the start of this interval. */
  startMs: z.number().min(0),
  /** Messages expected by subscribers that were due in this interval. */
  expected: count,
  /** Latency of the messages that were due in this interval; its count is what was received. */
  latency: slice,
});

const processUse = z.strictObject({
  role: z.enum(['server', 'publisher', 'worker']),
  /** User and system time in the measuring phase. */
  cpuUs: z.number().min(0),
  /** Largest resident set seen in the measuring phase. */
  rssBytes: bytes,
  /** Resident set before the first client connected. */
  rssBeforeBytes: bytes,
});

/** What one trial measured. */
export const measurements = z.strictObject({
  /** Length of the measuring phase as the plan has it; rates divide by it. */
  measureMs: z.number().positive(),
  histograms: z.strictObject({
    /** Received − due. */
    latency: histogram,
    /** Received − sent. */
    service: histogram,
    /** Sent − due: the harness itself. */
    lateness: histogram,
    /** connect() to subscribed, of every client. */
    connect: histogram,
    /** Connection lost, as the client noticed it, to subscribed again; of what broke in the measuring phase. */
    recovery: histogram,
    /** How late the timers of the generator's event loops fired. */
    loopDelay: histogram,
  }),
  intervals: z.array(interval).max(10_000),
  messages: z.strictObject({
    due: count,
    sent: count,
    unsent: count,
    expected: count,
    received: count,
    lost: count,
    duplicated: count,
    reordered: count,
    /**
     * Messages that a client which asks for the newest value only never saw, since a newer one had taken
     * their place when it asked. They are not lost. Absent where clients receive every message.
     */
    superseded: count.optional(),
    /** Of those that arrived in the window, duplicates included, what came compressed; absent where nobody asked for it. */
    compressed: count.optional(),
    /** Samples whose latency came out below zero; they are in no histogram. */
    negative: count,
  }),
  requests: z.strictObject({
    total: count,
    empty: count,
    /** Answers that carried at least one message; `null` where messages come by a stream or a socket. */
    carrying: count.nullable(),
  }),
  connections: z.strictObject({
    asked: count,
    opened: count,
    reopened: count,
    /** Clients that had lost their connection and were not back at the end. */
    unrecovered: count,
    /**
     * TCP connections that the server says it has accepted from the clients, from before the first of them
     * to the end of the drain; absent where it does not say.
     */
    accepted: count.optional(),
    /** TCP connections that the clients' own sockets saw come about, from the first to the end of the trial. */
    established: count.optional(),
  }),
  /**
   * The clients that the scenario lets read slowly, and what they got; `null` where it has none. Nothing
   * of theirs is in `messages`, `requests`, `intervals` and the histograms but the time to connect; their
   * bytes are all in `outside`.
   */
  slow: z
    .strictObject({
      clients: count,
      /** Messages due in the measuring phase that were meant for them, and those that reached them before the end. */
      expected: count,
      received: count,
      /** Connections of theirs that the server ended: it may defend itself against them. */
      disconnected: count,
    })
    .nullable(),
  bytes: z.strictObject({ up: direction, down: direction }),
  /** What the subscribers' sockets counted: the sum of all accounts, `outside` included. */
  sockets: z.strictObject({ up: bytes, down: bytes }),
  /** What the operating system says of the processes; none of the server's where it runs elsewhere. */
  processes: z.array(processUse),
  /** Share of the cores' time that the host of a virtual machine gave to others; `null` where nobody can say. */
  stolenCpuShare: z.number().min(0).max(1).nullable(),
  /** Answers and streams that broke the protocol or ended early, by reason. */
  faults: z.record(text, count),
});

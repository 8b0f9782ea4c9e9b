import { jsonFeed } from './json-feed.ts';
import { parseScenario } from './parse.ts';
import type { Phases, Scenario, ScenarioInput } from './schema.ts';
import { steady } from './steady.ts';

/**
 * The scenarios that come with the tool, from the questions that people ask. Every load is one
 * that two cores carry on all four transports without saturating; the arithmetic is beside it.
 * Polling intervals are what an application of that kind would choose.
 */

const liveFeed: ScenarioInput = {
  name: 'live-feed',
  question: 'How stale is a value that a server pushes to everybody, and what does each delivery cost?',
  // 10 published/s × 100 subscribers = 1,000 deliveries/s.
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 200,
    schedule: { kind: 'poisson', perSecond: 10 },
  },
  connections: 100,
  tuning: { polling: { everyMs: 1_000 } },
};

const chat: ScenarioInput = {
  name: 'chat',
  question: 'How long does a message between people take when everybody in the room may write?',
  // 6 messages a minute each: 100 × 0.1 = 10 sent/s × 20 members = 200 deliveries/s.
  workload: {
    kind: 'push',
    origin: 'clients',
    audience: { rooms: 20 },
    payloadBytes: 120,
    schedule: { kind: 'poisson', perSecond: 0.1 },
  },
  connections: 100,
  tuning: { polling: { everyMs: 1_000 } },
};

const game: ScenarioInput = {
  name: 'game',
  question: 'Can four players share their moves twenty times a second, and what does it cost?',
  // 40 × 20 = 800 sent/s × 4 members = 3,200 deliveries/s; polling adds 40 × 20 = 800 polls/s.
  workload: {
    kind: 'push',
    origin: 'clients',
    audience: { rooms: 4 },
    payloadBytes: 48,
    schedule: { kind: 'constant', perSecond: 20 },
  },
  connections: 40,
  tuning: { polling: { everyMs: 50 } },
};

const notifications: ScenarioInput = {
  name: 'notifications',
  question: 'What does it cost to be reachable for something that rarely comes, and how late does it arrive?',
  // 10 deliveries/s, each to one of 200 subscribers: 20 s on average between two of the same subscriber.
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'one',
    payloadBytes: 300,
    schedule: { kind: 'poisson', perSecond: 10 },
  },
  connections: 200,
  phases: { measureMs: 20_000, drainMs: 6_000 },
  tuning: { polling: { everyMs: 5_000 } },
};

const oneShot: ScenarioInput = {
  name: 'one-shot',
  question: 'What does a new connection for every request cost? (compare with one-shot-reuse)',
  // 20 × 5 = 100 requests/s, each on a connection of its own.
  workload: {
    kind: 'request',
    reuse: 'none',
    payloadBytes: 64,
    schedule: { kind: 'poisson', perSecond: 5 },
  },
  connections: 20,
};

const oneShotReuse: ScenarioInput = {
  ...oneShot,
  name: 'one-shot-reuse',
  question: 'What do the same requests cost on connections that stay open? (compare with one-shot)',
  workload: {
    kind: 'request',
    reuse: 'connection',
    payloadBytes: 64,
    schedule: { kind: 'poisson', perSecond: 5 },
  },
};

const requestReply: ScenarioInput = {
  name: 'request-reply',
  question: 'What does a round trip cost when a client asks and the server answers?',
  // 60 × 10 = 600 requests/s.
  workload: {
    kind: 'request',
    reuse: 'connection',
    payloadBytes: 64,
    schedule: { kind: 'poisson', perSecond: 10 },
  },
  connections: 60,
};

const burst: ScenarioInput = {
  name: 'burst',
  question: 'What happens to latency when messages come many at once?',
  // 10 published at one instant, every second × 100 subscribers = 1,000 deliveries/s on average.
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 200,
    schedule: { kind: 'burst', messages: 10, everyMs: 1_000 },
  },
  connections: 100,
  tuning: { polling: { everyMs: 1_000 } },
};

const idle: ScenarioInput = {
  name: 'idle',
  question: 'What does it cost to stay connected while nothing happens?',
  // Polling asks 500 times a second for nothing.
  workload: { kind: 'idle' },
  connections: 500,
  tuning: { polling: { everyMs: 1_000 } },
};

const reconnect: ScenarioInput = {
  name: 'reconnect',
  question:
    'How soon is everybody back when the network cuts all connections, and what does coming back cost?',
  // 2 published/s × 400 subscribers = 800 deliveries/s. 400 clients × 6 cuts = 2,400 recoveries, which
  // carry a p99. After the third cut nobody gets through for 500 ms: the last attempt in vain is made
  // before that, and the next one at most 2,000 ms later, 2.5 s from the cut; a poll at most 1.5 s. So
  // all are back before the next cut, and 3 s + 1.5 s after the last cut the drain is over.
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 200,
    schedule: { kind: 'poisson', perSecond: 2 },
  },
  connections: 400,
  phases: { measureMs: 18_000 },
  tuning: { polling: { everyMs: 1_000 } },
  link: {
    events: [
      { kind: 'cut', atMs: 1_500 },
      { kind: 'cut', atMs: 4_500 },
      { kind: 'cut', atMs: 7_500 },
      { kind: 'refuse', atMs: 7_500, forMs: 500 },
      { kind: 'cut', atMs: 10_500 },
      { kind: 'cut', atMs: 13_500 },
      { kind: 'cut', atMs: 16_500 },
    ],
  },
  reconnect: { afterMs: 500, upToMs: 2_000 },
};

const slowConsumer: ScenarioInput = {
  name: 'slow-consumer',
  question: 'What do clients that read slowly cost the server, and do the others feel them?',
  // 50/s × 16 KiB = 819 kB/s for each of 50 clients, 41 MB/s in all. Five of them read 2,000 kbit/s = 250 kB/s
  // and fall behind by 569 kB/s: by 9.1 MB each in the 16 s of warm-up and measuring. The kernel's buffers
  // take some 3 MB of that; the server has to do something about the other 6 MB × 5 = 30 MB.
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 16_384,
    schedule: { kind: 'poisson', perSecond: 50 },
  },
  connections: 50,
  slow: { oneIn: 10, kbps: 2_000 },
  phases: { measureMs: 15_000 },
  tuning: { polling: { everyMs: 1_000 } },
};

const connectStorm: ScenarioInput = {
  name: 'connect-storm',
  question: 'How long does everybody wait when all connect at once, and does everybody get in?',
  // 2,000 carry a p99 (n(1 − q) = 20) and fit a listen backlog of 4,096, the kernel's default. Polling
  // afterwards asks 1,000 times a second.
  workload: { kind: 'idle' },
  connections: 2_000,
  connecting: 'at-once',
  phases: { warmupMs: 0, measureMs: 3_000 },
  tuning: { polling: { everyMs: 2_000 } },
};

/** The scenarios behind each name; some are asked together, since only side by side they answer. */
const BUILTINS = {
  'live-feed': [liveFeed],
  chat: [chat],
  game: [game],
  notifications: [notifications],
  'one-shot': [oneShot, oneShotReuse],
  'request-reply': [requestReply],
  burst: [burst],
  idle: [idle],
  reconnect: [reconnect],
  'slow-consumer': [slowConsumer],
  'connect-storm': [connectStorm],
  'json-feed': jsonFeed,
  steady: [steady],
} as const satisfies Record<string, readonly ScenarioInput[]>;

/** A name that {@link builtin} knows. */
export type BuiltinName = keyof typeof BUILTINS;

/** The names of the built-in scenarios, in the order in which they are listed. */
export const BUILTIN_NAMES = Object.keys(BUILTINS) as readonly BuiltinName[];

/** True if `name` is that of a built-in scenario. */
export function isBuiltin(name: string): name is BuiltinName {
  return Object.hasOwn(BUILTINS, name);
}

/** The complete scenarios that a built-in name stands for: one, or those that are asked together. */
export function builtin(name: BuiltinName): Scenario[] {
  return BUILTINS[name].map((input) => parseScenario(input, `the built-in scenario ${input.name}`));
}

/** What is asked where nobody says what to ask. */
export interface DefaultComparison {
  readonly names: readonly BuiltinName[];
  readonly phases: Phases;
  readonly trials: number;
}

/**
 * Three shapes of traffic, in about a minute: 10 trials (two transports carry no requests, and are
 * skipped) of at most 5.8 s and 0.9 s for their processes are 67 s at most. 4 s carry a p99 (2,000
 * samples) of live-feed and request-reply and a p95 (400) of chat. One trial each shows the
 * mechanisms; telling two servers apart needs `--trials`.
 */
export const DEFAULT_COMPARISON: DefaultComparison = {
  names: ['live-feed', 'chat', 'request-reply'],
  phases: { warmupMs: 500, measureMs: 4_000, drainMs: 1_300 },
  trials: 1,
};

import type { ScenarioInput } from './schema.ts';

/** A feed of JSON records to everybody, as it is. */
const plain: ScenarioInput = {
  name: 'json-feed',
  question: 'What does a feed of JSON records cost as it is? (compare with json-feed-compressed)',
  // 20 published/s × 50 subscribers = 1,000 deliveries/s, each compressed for itself where there is a context.
  workload: {
    kind: 'push',
    origin: 'publisher',
    audience: 'all',
    payloadBytes: 600,
    content: 'json',
    schedule: { kind: 'poisson', perSecond: 20 },
  },
  connections: 50,
  phases: { measureMs: 5_000, drainMs: 2_000 },
  tuning: { polling: { everyMs: 500 } },
};

/** The same without compression and with it: on the wire it saves, and at the server it costs. */
export const jsonFeed: readonly ScenarioInput[] = [
  plain,
  {
    ...plain,
    name: 'json-feed-compressed',
    question:
      'How much of that does compression save, and what does it cost the server? (compare with json-feed)',
    compression: 'deflate',
  },
  {
    ...plain,
    name: 'json-feed-by-message',
    question: 'How much of it is left where each message of a WebSocket is compressed by itself?',
    compression: 'deflate-no-context-takeover',
  },
];

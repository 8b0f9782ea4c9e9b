import { z } from 'zod';
import { connecting, slow } from './connections.ts';
import { headers } from './headers.ts';
import { HOUR_MS, link, reconnect } from './network.ts';
import { phase, workload } from './workload.ts';

/**
 * The one schema of a scenario: built-in, JSON file and module all pass through it. The JSON
 * Schema that editors use is generated from it, descriptions included.
 */

/** More processes of a server than this are not started for one trial. */
export const MAX_SHARDS = 64;

const phases = z
  .strictObject({
    warmupMs: z.int().min(0).max(HOUR_MS).default(1_000).describe('Load before measuring.'),
    measureMs: z.int().min(100).max(HOUR_MS).default(10_000).describe('The window whose messages count.'),
    drainMs: z
      .int()
      .min(0)
      .max(HOUR_MS)
      .default(3_000)
      .describe('How long to wait for what is still on its way.'),
  })
  .prefault({});

const tuning = z
  .strictObject({
    polling: z
      .strictObject({
        everyMs: z.number().min(1).max(HOUR_MS).default(1_000).describe('From one poll to the next.'),
        phase,
        reuse: z
          .enum(['connection', 'none'])
          .default('connection')
          .describe('none: every poll connects anew.'),
        mode: z
          .enum(['all', 'latest'])
          .default('all')
          .describe(
            'all: every message since the last poll. latest: the newest only, from /value, unless its entity tag is known; what it has replaced counts as superseded.',
          ),
      })
      .prefault({}),
    'long-polling': z
      .strictObject({
        holdMs: z.int().min(1).max(HOUR_MS).default(25_000).describe('How long the server may hold a poll.'),
      })
      .prefault({}),
    sse: z.strictObject({}).prefault({}),
    websocket: z
      .strictObject({
        pingMs: z
          .int()
          .min(0)
          .max(HOUR_MS)
          .default(30_000)
          .describe('From one ping to the next; 0 sends none.'),
      })
      .prefault({}),
  })
  .prefault({});

const tls = z
  .boolean()
  .default(false)
  .describe('Over TLS: https and wss, with a certificate made for the trial.');

const compression = z
  .enum(['none', 'deflate', 'deflate-no-context-takeover'])
  .default('none')
  .describe(
    'What clients ask for. deflate: gzip of polled answers and event streams, permessage-deflate of WebSockets. deflate-no-context-takeover: the same, with every message of a WebSocket compressed by itself.',
  );

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0);

const allow = z
  .strictObject({
    lost: count,
    duplicated: count,
    reordered: count,
    unsent: count,
    connections: count.describe('Connections that could not be opened.'),
  })
  .prefault({})
  .describe('More than this many messages, or connections, of a kind make a trial invalid.');

/** The schema of a scenario as people write it; its output is complete. */
export const scenarioSchema = z
  .strictObject({
    $schema: z.string().optional().describe('Where an editor finds this schema; ignored.'),
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and dashes, at most 64')
      .describe('Short name: lower-case letters, digits and dashes.'),
    question: z.string().min(1).max(200).describe('What the scenario finds out, in one sentence.'),
    workload,
    connections: z.int().min(1).max(250_000).describe('Clients that are connected all the time.'),
    shards: z
      .int()
      .min(1)
      .max(MAX_SHARDS)
      .nullable()
      .default(null)
      .describe(
        'Processes of the same server, among which the clients are spread. null: as many as descriptors ask for.',
      ),
    phases,
    tuning,
    headers,
    connecting,
    slow,
    link,
    reconnect,
    tls,
    compression,
    allow,
  })
  .superRefine((scenario, context) => {
    const { workload, shards, slow, connections, tuning, compression } = scenario;
    if (!isDivisible(workload) && shards !== null && shards > 1) {
      context.addIssue({
        code: 'custom',
        path: ['shards'],
        message: 'must be 1 where all clients send to all: servers do not pass messages on to each other',
      });
    }
    if (workload.kind === 'push' && workload.origin === 'clients' && workload.audience === 'one') {
      context.addIssue({
        code: 'custom',
        path: ['workload', 'audience'],
        message: '"one" needs the origin "publisher": a client sends to its own channel only',
      });
    }
    if (tuning.polling.mode === 'latest' && hasSeveralSources(workload)) {
      context.addIssue({
        code: 'custom',
        path: ['tuning', 'polling', 'mode'],
        message:
          'must be "all" where several clients send to one channel: each would hide what the others sent',
      });
    }
    if (compression !== 'none' && workload.kind === 'request') {
      context.addIssue({
        code: 'custom',
        path: ['compression'],
        message: 'must be "none" for requests and their answers: browsers do not compress what they post',
      });
    }
    if (compression !== 'none' && workload.kind === 'push' && workload.content === 'filler') {
      context.addIssue({
        code: 'custom',
        path: ['workload', 'content'],
        message: 'must be "json" or "random" where it is compressed: the filler repeats, as no message does',
      });
    }
    if (slow === null) return;
    if (workload.kind !== 'push' || workload.origin !== 'publisher') {
      context.addIssue({
        code: 'custom',
        path: ['slow'],
        message: 'needs a push from the publisher: slow clients only receive',
      });
    }
    if (slow.oneIn > connections) {
      context.addIssue({
        code: 'custom',
        path: ['connections'],
        message: `must be at least slow.oneIn (${slow.oneIn}), not ${connections}: no client would be slow`,
      });
    }
  })
  .transform(({ $schema: _, ...scenario }) => scenario)
  .describe('A wirebench scenario: what is asked of every transport.');

/**
 * Whether clients may be spread over several servers that know nothing of each other: not where
 * a client's message has to reach clients of another server.
 */
export function isDivisible(asked: Workload): boolean {
  return asked.kind !== 'push' || asked.origin !== 'clients' || asked.audience !== 'all';
}

/** Whether several clients publish on one channel. */
function hasSeveralSources(asked: Workload): boolean {
  return asked.kind === 'push' && asked.origin === 'clients' && asked.audience !== 'self';
}

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** A scenario as people write it: what has a default may be left out. */
export type ScenarioInput = DeepReadonly<z.input<typeof scenarioSchema>>;

/** A complete, checked scenario. */
export type Scenario = DeepReadonly<z.output<typeof scenarioSchema>>;

/** What the clients of a scenario do. */
export type Workload = Scenario['workload'];

/** Messages published on channels and delivered to their subscribers. */
export type PushWorkload = Extract<Workload, { kind: 'push' }>;

/** When messages are due at one source. */
export type Schedule = PushWorkload['schedule'];

/** How long a trial's phases last, in milliseconds. */
export type Phases = Scenario['phases'];

/** How many clients read slowly, and how slowly. */
export type Slow = NonNullable<Scenario['slow']>;

/** The network between clients and server. */
export type Link = NonNullable<Scenario['link']>;

/** How clients ask to be answered. */
export type Compression = Scenario['compression'];

/** How long clients wait before they connect again. */
export type Reconnect = NonNullable<Scenario['reconnect']>;

/** What each transport is told, by transport. */
export type Tuning = Scenario['tuning'];

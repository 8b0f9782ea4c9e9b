import { z } from 'zod';
import { MAX_FRAME_BYTES } from '../servers/contract.ts';

/**
 * The one schema of a scenario: built-in, JSON file and module all pass through it. The JSON
 * Schema that editors use is generated from it, descriptions included.
 *
 * A *source* is whatever produces one numbered stream of messages: a channel of the publisher,
 * or a client that sends. Every `perSecond` is per source. The audience `one` has a single source
 * in all, whose every message goes to one subscriber drawn at random.
 */

/** Smallest payload: the stamp that every frame carries is this long (see `runners/stamp.ts`). */
export const MIN_PAYLOAD_BYTES = 32;

const HOUR_MS = 3_600_000;
const perSecond = z.number().positive().max(100_000);
const phase = z
  .enum(['random', 'fixed'])
  .default('random')
  .describe('random: offset drawn from the seed for every source. fixed: all start together, which aliases.');

const schedule = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('constant'), perSecond, phase })
      .describe('One message every 1/perSecond.'),
    z
      .strictObject({ kind: z.literal('poisson'), perSecond })
      .describe('Independent arrivals at a mean rate.'),
    z
      .strictObject({
        kind: z.literal('burst'),
        messages: z.int().min(1).max(100_000).describe('Messages due at the same instant.'),
        everyMs: z.number().positive().max(HOUR_MS),
        phase,
      })
      .describe('Several messages at once, again and again.'),
    z
      .strictObject({
        kind: z.literal('ramp'),
        fromPerSecond: z.number().min(0).max(100_000),
        toPerSecond: z.number().min(0).max(100_000),
        overMs: z
          .number()
          .positive()
          .max(HOUR_MS)
          .describe('Time from the one rate to the other; then it stays.'),
      })
      .describe('A rate that changes linearly.'),
  ])
  .describe('When messages are due at each source: an open loop, whatever the server does.');

const payloadBytes = z
  .int()
  .min(MIN_PAYLOAD_BYTES)
  .max(MAX_FRAME_BYTES)
  .describe('Length of every message in bytes.');

const rooms = z.strictObject({
  rooms: z
    .int()
    .min(1)
    .max(100_000)
    .describe('Members of one channel; each member receives all of its messages.'),
});

const push = z.strictObject({
  kind: z.literal('push'),
  origin: z
    .enum(['publisher', 'clients'])
    .describe(
      'publisher: another process posts the messages. clients: each client sends by its own transport.',
    ),
  audience: z
    .union([z.enum(['all', 'self', 'one']), rooms])
    .describe(
      'Who receives a message: everybody, the members of a room, the sender itself, or one at random.',
    ),
  payloadBytes,
  schedule,
});

const request = z.strictObject({
  kind: z.literal('request'),
  reuse: z
    .enum(['connection', 'none'])
    .default('connection')
    .describe('connection: keep it open between requests. none: a new connection for every request.'),
  payloadBytes,
  schedule,
});

const idle = z.strictObject({ kind: z.literal('idle') }).describe('Connections that only stay open.');

const workload = z.discriminatedUnion('kind', [push, request, idle]);

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

const atMs = z.number().min(0).max(HOUR_MS).describe('From the start of the measuring phase.');
const forMs = z.number().positive().max(HOUR_MS);

const linkEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cut'), atMs }).describe('Every connection is reset.'),
  z.strictObject({ kind: z.literal('stall'), atMs, forMs }).describe('Nothing arrives; then all of it does.'),
  z.strictObject({ kind: z.literal('refuse'), atMs, forMs }).describe('New connections are reset.'),
]);

const link = z
  .strictObject({
    rttMs: z.number().min(0).max(60_000).default(0).describe('There and back; connecting takes one more.'),
    jitterMs: z.number().min(0).max(60_000).default(0).describe('Up to this much more each way, at random.'),
    kbps: z
      .number()
      .positive()
      .max(100_000_000)
      .nullable()
      .default(null)
      .describe("Kilobits per second of each client's line, each way; null is no limit."),
    events: z.array(linkEvent).max(1_000).default([]),
  })
  .nullable()
  .default(null)
  .describe('The network between clients and server, which the publisher is not behind. null: none at all.');

const tls = z
  .boolean()
  .default(false)
  .describe('Over TLS: https and wss, with a certificate made for the trial.');

const count = z.int().min(0).max(Number.MAX_SAFE_INTEGER).default(0);

const allow = z
  .strictObject({ lost: count, duplicated: count, reordered: count, unsent: count })
  .prefault({})
  .describe('More than this many messages of a kind make a trial invalid.');

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
    phases,
    tuning,
    link,
    tls,
    allow,
  })
  .superRefine((scenario, context) => {
    const { workload } = scenario;
    if (workload.kind === 'push' && workload.origin === 'clients' && workload.audience === 'one') {
      context.addIssue({
        code: 'custom',
        path: ['workload', 'audience'],
        message: '"one" needs the origin "publisher": a client sends to its own channel only',
      });
    }
  })
  .transform(({ $schema: _, ...scenario }) => scenario)
  .describe('A wirebench scenario: what is asked of every transport.');

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

/** The network between clients and server. */
export type Link = NonNullable<Scenario['link']>;

/** What each transport is told, by transport. */
export type Tuning = Scenario['tuning'];

import { z } from 'zod';
import { MAX_FRAME_BYTES } from '../servers/contract.ts';
import { HOUR_MS } from './network.ts';

/**
 * The part of the schema that is about the load: who sends what to whom, and when.
 *
 * A *source* is whatever produces one numbered stream of messages: a channel of the publisher,
 * or a client that sends. Every `perSecond` is per source. The audience `one` has a single source
 * in all, whose every message goes to one subscriber drawn at random.
 */

/** Smallest payload: the stamp that every frame carries is this long (see `runners/stamp.ts`). */
export const MIN_PAYLOAD_BYTES = 32;

const perSecond = z.number().positive().max(100_000);
/** Whether what is periodic begins at the same instant everywhere. */
export const phase = z
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

const content = z
  .enum(['filler', 'json', 'random'])
  .default('filler')
  .describe(
    'What messages are filled with. filler: letters and digits that no transport has to escape. json: records with the same keys and other values, which compress as such do. random: letters that hardly compress.',
  );

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
  content,
  schedule,
});

const request = z.strictObject({
  kind: z.literal('request'),
  reuse: z
    .enum(['connection', 'none'])
    .default('connection')
    .describe('connection: keep it open between requests. none: a new connection for every request.'),
  payloadBytes,
  content,
  schedule,
});

const idle = z.strictObject({ kind: z.literal('idle') }).describe('Connections that only stay open.');

/** What the clients do. */
export const workload = z.discriminatedUnion('kind', [push, request, idle]);

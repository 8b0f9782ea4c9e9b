import { z } from 'zod';

/**
 * The part of the schema that is about the clients' connections: when they are opened, who reads
 * slowly, and the network that they go through.
 */

const HOUR_MS = 3_600_000;

const atMs = z.number().min(0).max(HOUR_MS).describe('From the start of the measuring phase.');
const forMs = z.number().positive().max(HOUR_MS);

const linkEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cut'), atMs }).describe('Every connection is reset.'),
  z.strictObject({ kind: z.literal('stall'), atMs, forMs }).describe('Nothing arrives; then all of it does.'),
  z.strictObject({ kind: z.literal('refuse'), atMs, forMs }).describe('New connections are reset.'),
]);

/** The network in between. */
export const link = z
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

/** When clients connect. */
export const connecting = z
  .enum(['paced', 'at-once'])
  .default('paced')
  .describe('paced: 200 at a time. at-once: all at the same instant, from which their time counts.');

/** Who reads slowly. */
export const slow = z
  .strictObject({
    oneIn: z
      .int()
      .min(2)
      .max(250_000)
      .describe(
        'Of so many clients the last reads slowly: with 10, the clients 9, 19, 29 …, counted from 0.',
      ),
    kbps: z.number().positive().max(100_000_000).describe('Kilobits per second that it reads at the most.'),
  })
  .nullable()
  .default(null)
  .describe('Clients that read slowly; they are counted apart from the others. null: none.');

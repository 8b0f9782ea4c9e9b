import { z } from 'zod';
/** No time in a scenario is longer. */
export const HOUR_MS = 3_600_000;

const atMs = z.number().min(0).max(HOUR_MS).describe('From the start of the measuring phase.');
const forMs = z.number().positive().max(HOUR_MS);

const linkEvent = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cut'), atMs }).describe('Every connection is reset.'),
  z.strictObject({ kind: z.literal('stall'), atMs, forMs }).describe('Nothing arrives; then all of it does.'),
  z.strictObject({ kind: z.literal('refuse'), atMs, forMs }).describe('New connections are reset.'),
]);

/** The network between clients and server. */
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

const waitMs = z.number().min(1).max(HOUR_MS);

/** How clients come back when that network, or the server, breaks their connections. */
export const reconnect = z
  .strictObject({
    afterMs: waitMs
      .default(1_000)
      .describe('The first wait is drawn from 0 to this, and each further one from 0 to twice as much.'),
    upToMs: waitMs.default(30_000).describe('No wait is longer.'),
  })
  .refine(({ afterMs, upToMs }) => upToMs >= afterMs, {
    path: ['upToMs'],
    message: 'must be at least as long as afterMs',
  })
  .nullable()
  .default(null)
  .describe(
    'How clients come back when their connection breaks, from where they were. null: a broken connection is a fault.',
  );

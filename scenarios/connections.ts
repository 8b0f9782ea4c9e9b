import { z } from 'zod';

/**
 * The part of the schema that is about the clients' connections: when they are opened, and who reads
 * slowly.
 */

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

import type { Stage } from './results/schema.ts';

/** What a trial does at a stage. */
export const DOING: Readonly<Record<Stage, string>> = {
  server: 'starting the server',
  generator: 'starting the load',
  connect: 'connecting',
  warmup: 'warming up',
  measure: 'measuring',
  drain: 'waiting for the last messages',
  stop: 'stopping',
};

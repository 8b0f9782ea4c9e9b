import { COMPRESSION_FAULTS } from './compression-faults.ts';
import type { Fault } from './fault.ts';
import { POLL_FAULTS } from './poll-faults.ts';
import { PUBLISH_FAULTS } from './publish-faults.ts';
import { STREAM_FAULTS } from './stream-faults.ts';

/** Faults that people make, and the rules that must name them. */
export const FAULTS: readonly Fault[] = [
  ...STREAM_FAULTS,
  ...PUBLISH_FAULTS,
  ...COMPRESSION_FAULTS,
  ...POLL_FAULTS,
];

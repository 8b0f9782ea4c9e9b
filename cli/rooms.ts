import type { Results } from '../reports/results/schema.ts';
import type { CommandServer, ServerSpec, Transport } from '../servers/contract.ts';

/**
 * What the commands use of the other rooms. Each is loaded when it is first used, so that `--help`
 * does not load a chart library; a test puts a fake in its place.
 */
export interface Rooms {
  readonly run: typeof import('../runners/run.ts').run;
  readonly referenceServer: () => Promise<CommandServer>;
  readonly readServerFile: (path: string) => Promise<ServerSpec>;
  readonly startReferenceServer: (options: {
    host: string;
    port: number;
    transports: readonly Transport[];
  }) => Promise<{ readonly port: number; close(): Promise<void> }>;
  readonly readResults: (path: string) => Promise<Results>;
  readonly writeResults: (path: string, results: Results) => Promise<void>;
  readonly writeFileAtomic: (path: string, text: string) => Promise<void>;
  readonly renderReport: (results: Results, format: string, options: object) => Promise<string>;
}

async function absent(): Promise<never> {
  throw new Error('not yet');
}

/** The rooms as they are. */
export const ROOMS: Rooms = {
  run: async (options) => (await import('../runners/run.ts')).run(options),
  referenceServer: absent,
  readServerFile: absent,
  startReferenceServer: absent,
  readResults: absent,
  writeResults: absent,
  writeFileAtomic: absent,
  renderReport: absent,
};

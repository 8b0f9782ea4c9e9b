import type { Results } from '../reports/results/schema.ts';
import type { CommandServer } from '../servers/contract.ts';

/**
 * What the commands use of the other rooms. Each is loaded when it is first used, so that `--help`
 * does not load a chart library; a test puts a fake in its place.
 */
export interface Rooms {
  readonly run: typeof import('../runners/run.ts').run;
  readonly referenceServer: () => Promise<CommandServer>;
  readonly readServerFile: typeof import('../servers/server-file.ts').readServerFile;
  readonly startReferenceServer: typeof import('../servers/reference/server.ts').startReferenceServer;
  readonly verify: typeof import('../servers/conformance/verify.ts').verify;
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
  referenceServer: async () => (await import('../servers/reference/spec.ts')).referenceServer(),
  readServerFile: async (path) => (await import('../servers/server-file.ts')).readServerFile(path),
  startReferenceServer: async (options) =>
    (await import('../servers/reference/server.ts')).startReferenceServer(options),
  async *verify(server, options) {
    yield* (await import('../servers/conformance/verify.ts')).verify(server, options);
  },
  readResults: absent,
  writeResults: absent,
  writeFileAtomic: absent,
  renderReport: absent,
};

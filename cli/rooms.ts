import type { ServerSpec } from '../servers/contract.ts';

type RenderReport = typeof import('../reports/report.ts').renderReport;
type CompareRuns = typeof import('../reports/compare/report.ts').reportComparison;
type RenderVerdict = typeof import('../reports/gate/render.ts').renderVerdict;

/**
 * What the commands use of the other rooms. Each is loaded when it is first used, so that `--help`
 * does not load a chart library; a test puts a fake in its place.
 */
export interface Rooms {
  readonly run: typeof import('../runners/run.ts').run;
  readonly measureCapacity: typeof import('../runners/capacity/capacity.ts').measureCapacity;
  readonly builtInServers: () => Promise<typeof import('../servers/adapters/index.ts').BUILT_IN_SERVERS>;
  readonly serverOf: (value: unknown, file: string) => Promise<ServerSpec>;
  readonly readServerFile: typeof import('../servers/server-file.ts').readServerFile;
  readonly startReferenceServer: typeof import('../servers/reference/server.ts').startReferenceServer;
  readonly verify: typeof import('../servers/conformance/verify.ts').verify;
  readonly selftest: typeof import('../runners/selftest/selftest.ts').selftest;
  readonly readResults: typeof import('../reports/results/read.ts').readResults;
  readonly writeResults: typeof import('../reports/results/write.ts').writeResults;
  readonly writeFileAtomic: typeof import('../reports/results/write.ts').writeFileAtomic;
  readonly readSavedRun: typeof import('../reports/saved-run.ts').readSavedRun;
  readonly compareRuns: (...given: Parameters<CompareRuns>) => ReturnType<CompareRuns>;
  readonly appendHistory: typeof import('../reports/history/append.ts').appendHistory;
  readonly readHistory: typeof import('../reports/history/read.ts').readHistory;
  readonly renderReport: (...given: Parameters<RenderReport>) => Promise<string>;
  readonly renderVerdict: (...given: Parameters<RenderVerdict>) => Promise<string>;
  readonly checkOutBaseline: typeof import('../runners/baseline/worktree.ts').checkOutBaseline;
}

/** The rooms as they are. */
export const ROOMS: Rooms = {
  run: async (options) => (await import('../runners/run.ts')).run(options),
  measureCapacity: async (options) =>
    (await import('../runners/capacity/capacity.ts')).measureCapacity(options),
  builtInServers: async () => (await import('../servers/adapters/index.ts')).BUILT_IN_SERVERS,
  serverOf: async (value, file) => (await import('../servers/server-module.ts')).serverOf(value, file),
  readServerFile: async (path) => (await import('../servers/server-file.ts')).readServerFile(path),
  startReferenceServer: async (options) =>
    (await import('../servers/reference/server.ts')).startReferenceServer(options),
  async *verify(server, options) {
    yield* (await import('../servers/conformance/verify.ts')).verify(server, options);
  },
  async *selftest(signal) {
    yield* (await import('../runners/selftest/selftest.ts')).selftest(signal);
  },
  readResults: async (path) => (await import('../reports/results/read.ts')).readResults(path),
  writeResults: async (path, results) =>
    (await import('../reports/results/write.ts')).writeResults(path, results),
  writeFileAtomic: async (path, content, lasting) =>
    (await import('../reports/results/write.ts')).writeFileAtomic(path, content, lasting),
  readSavedRun: async (path) => (await import('../reports/saved-run.ts')).readSavedRun(path),
  compareRuns: async (...given) => (await import('../reports/compare/report.ts')).reportComparison(...given),
  appendHistory: async (path, results, label) =>
    (await import('../reports/history/append.ts')).appendHistory(path, results, label),
  readHistory: async (path) => (await import('../reports/history/read.ts')).readHistory(path),
  renderReport: async (...given) => (await import('../reports/report.ts')).renderReport(...given),
  renderVerdict: async (...given) => (await import('../reports/gate/render.ts')).renderVerdict(...given),
  checkOutBaseline: async (options) =>
    (await import('../runners/baseline/worktree.ts')).checkOutBaseline(options),
};

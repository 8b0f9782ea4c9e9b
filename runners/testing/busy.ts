import { isMainThread, Worker } from 'node:worker_threads';

/**
 * For `--import`: keeps a core busy beside what the process does, in every process whose program
 * has one of the names in WIREBENCH_TEST_BUSY in its path. Its event loop stays free.
 */
const names = process.env['WIREBENCH_TEST_BUSY']?.split(',') ?? [];
const program = process.argv[1] ?? '';

if (isMainThread && names.some((name) => program.includes(name))) {
  // Two, since one thread does not get nine tenths of a core on a machine that has other things to do.
  for (let thread = 0; thread < 2; thread += 1) new Worker('for (;;);', { eval: true }).unref();
}

/** The environment in which these programs are busy; others are as they were. */
export function busyEnvironment(programs: readonly string[]): Record<string, string> {
  return { NODE_OPTIONS: `--import=${import.meta.url}`, WIREBENCH_TEST_BUSY: programs.join(',') };
}

/** How many cores two busy threads get here and now: a shared machine may have two and give one. */
export async function coresGiven(): Promise<number> {
  const threads = [0, 1].map(() => new Worker('for (;;);', { eval: true }));
  await Promise.all(threads.map((thread) => new Promise((resolve) => thread.once('online', resolve))));
  const before = process.cpuUsage();
  const startMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { user, system } = process.cpuUsage(before);
  const cores = (user + system) / 1e3 / (performance.now() - startMs);
  await Promise.all(threads.map((thread) => thread.terminate()));
  return cores;
}

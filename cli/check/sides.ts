import { isAbsolute, relative, resolve } from 'node:path';
import { BASELINE, CANDIDATE } from '../../reports/gate/check.ts';
import type { Results } from '../../reports/results/schema.ts';
import type { Baseline } from '../../runners/baseline/worktree.ts';
import { type ServerSpec, TRANSPORTS } from '../../servers/contract.ts';
import type { Io } from '../command.ts';
import { UsageError } from '../exit.ts';
import type { Rooms } from '../rooms.ts';
import { loadServers, REFERENCE } from '../server-source.ts';
import { BaselineFileError } from './baseline-file.ts';
import type { MeasuredRequest } from './request.ts';

/** The two sides by their names alone, for a plan of what is not to be run. */
export const NAMED: readonly ServerSpec[] = [BASELINE, CANDIDATE].map((name) => {
  return { name, url: 'http://127.0.0.1', transports: TRANSPORTS };
});

/** The two servers of a check, under the names that its results have, and what they are. */
export interface Sides {
  readonly servers: readonly [baseline: ServerSpec, candidate: ServerSpec];
  readonly baseline: string;
  readonly candidate: string;
  /** What the candidate is called outside of this check. */
  readonly name: string;
  /** Takes away what was made for them. */
  end(): Promise<void>;
}

/**
 * Makes both servers ready to be started: for a commit, that is a folder of its own with the commit built in it.
 *
 * @throws the errors of `loadServers` and `checkOutBaseline`; nothing is left then.
 */
export async function openSides(
  request: MeasuredRequest,
  io: Io,
  rooms: Rooms,
  say: (line: string) => void,
): Promise<Sides> {
  const { base, server } = request;
  const file = base.kind === 'ref' ? insideRepository(server, io.cwd) : server;
  const own = await load(server, io.cwd, request, rooms);
  const { name } = own;
  const candidate = { ...own, name: CANDIDATE };
  if (base.kind === 'server') {
    const baseline = { ...(await load(base.server, io.cwd, request, rooms)), name: BASELINE };
    const words = { baseline: base.server, candidate: server };
    return { servers: [baseline, candidate], ...words, name, end: async () => {} };
  }
  const signal = io.interruption();
  const { ref, build } = base;
  const checkedOut = await rooms.checkOutBaseline({ cwd: io.cwd, ref, build, signal, onStep: say });
  try {
    const baseline = { ...(await load(file, checkedOut.folder, request, rooms)), name: BASELINE };
    // A tree that nobody built is a comparison of yesterday: who reads the verdict has to know.
    say(`${server} of the working tree is measured as it is; if it needs a build, build it first`);
    return {
      servers: [baseline, candidate],
      baseline: `${server} at ${ref} (${checkedOut.commit.slice(0, 7)})`,
      candidate: `${server} (working tree, not built here)`,
      name,
      end: () => checkedOut.remove(),
    };
  } catch (error) {
    await checkedOut.remove();
    throw missingThere(error, file, checkedOut, ref);
  }
}

/** What a check measured of its candidate, as a run of that server would have it. */
export function candidateOf(results: Results, name: string): Results {
  const trials = results.trials.filter(({ server }) => server === CANDIDATE);
  return { ...results, trials: trials.map((trial) => ({ ...trial, server: name })) };
}

async function load(
  word: string,
  cwd: string,
  { transports, reach }: MeasuredRequest,
  rooms: Rooms,
): Promise<ServerSpec> {
  const [server] = await loadServers({ words: [word], transports, ...reach, cwd }, rooms);
  if (server === undefined) throw new UsageError(`--server ${word}: there is no such server`);
  return server;
}

/** The server file, as it is called in every commit. */
function insideRepository(word: string, cwd: string): string {
  if (word === REFERENCE || /^https?:/.test(word)) {
    throw new UsageError(
      `--server ${word}: --base-ref takes the server from a commit, so it needs a server file of this repository; --base-server takes any other`,
    );
  }
  const path = relative(cwd, resolve(cwd, word));
  if (isAbsolute(path) || path.startsWith('..')) {
    throw new UsageError(`--server ${word}: is not below this folder, so no commit has another one of it`);
  }
  return path;
}

/** A server file that the commit does not have is no mistake on the command line. */
function missingThere(error: unknown, file: string, { commit }: Baseline, ref: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code !== 'unreadable') return error;
  const problem = `--base-ref ${ref}: commit ${commit.slice(0, 7)} has no ${file} to be the baseline; commit it there first, or name another server with --base-server`;
  return new BaselineFileError(problem, { cause: error });
}

import { randomInt } from 'node:crypto';
import type { RunOptions } from '../runners/run.ts';
import { DEFAULT_COMPARISON } from '../scenarios/builtin.ts';
import { TRANSPORTS } from '../servers/contract.ts';
import type { Io } from './command.ts';
import { durationFlag, numberFlag, transportsFlag, wholeFlag } from './flags.ts';
import { type Overrides, override } from './overrides.ts';
import type { Rooms } from './rooms.ts';
import { loadScenarios } from './scenario-source.ts';
import { loadServers, REFERENCE, type ReachFlags, reachOf } from './server-source.ts';

/** Where scenarios are named: enough trials to see whether they agree; an interval needs 6. */
const NAMED_COMPARISON = { trials: 3, phases: null } as const;

/** Seeds are 32 bits, so that they survive JSON and a shell. */
export const MAX_SEED = 0xffff_ffff;

/** The flags that change every scenario, as text. */
export interface OverrideFlags {
  readonly connections?: string | undefined;
  readonly rate?: string | undefined;
  readonly payload?: string | undefined;
  readonly duration?: string | undefined;
  readonly rtt?: string | undefined;
  readonly kbps?: string | undefined;
  readonly tls?: boolean | undefined;
}

/** The flags of `run` that say what to measure, as text. */
export interface RequestFlags extends OverrideFlags, ReachFlags {
  readonly transports?: readonly string[] | undefined;
  readonly server?: readonly string[] | undefined;
  readonly trials?: string | undefined;
  readonly seed?: string | undefined;
  readonly workers?: string | undefined;
  readonly ceiling: boolean;
}

/** What `run` measures: everything but where the results go and who is told. */
export type Request = Omit<RunOptions, 'signal' | 'onEvent' | 'save'>;

/**
 * Reads what to measure from flags and words, with all defaults filled in.
 *
 * @throws UsageError, ScenarioError, ServerFileError
 */
export async function readRequest(
  flags: RequestFlags,
  words: readonly string[],
  io: Io,
  rooms: Rooms,
): Promise<Request> {
  const transports = flags.transports === undefined ? [...TRANSPORTS] : transportsFlag(flags.transports);
  const overrides = readOverrides(flags);
  const { trials, phases } = words.length === 0 ? DEFAULT_COMPARISON : NAMED_COMPARISON;
  const counts = {
    trials: flags.trials === undefined ? trials : wholeFlag('trials', flags.trials, 1, 1_000),
    seed: flags.seed === undefined ? randomInt(MAX_SEED) : wholeFlag('seed', flags.seed, 0, MAX_SEED),
    ...(flags.workers === undefined ? {} : { workers: wholeFlag('workers', flags.workers, 1, 64) }),
  };
  const asked = await loadScenarios(words.length === 0 ? DEFAULT_COMPARISON.names : words, io.cwd);
  const scenarios = asked.map((scenario) =>
    override({ ...scenario, phases: phases ?? scenario.phases }, overrides),
  );
  const servers = await loadServers(
    { words: flags.server ?? [REFERENCE], transports, ...reachOf(flags), cwd: io.cwd },
    rooms,
  );
  return { scenarios, transports, servers, ...counts, ceiling: flags.ceiling, commandLine: io.commandLine };
}

/** What the flags change in every scenario. */
export function readOverrides({
  connections,
  rate,
  payload,
  duration,
  rtt,
  kbps,
  tls,
}: OverrideFlags): Overrides {
  return {
    connections: connections === undefined ? undefined : numberFlag('connections', connections),
    rate: rate === undefined ? undefined : numberFlag('rate', rate),
    payload: payload === undefined ? undefined : numberFlag('payload', payload),
    duration: duration === undefined ? undefined : durationFlag('duration', duration),
    rtt: rtt === undefined ? undefined : durationFlag('rtt', rtt),
    kbps: kbps === undefined ? undefined : numberFlag('kbps', kbps),
    tls,
  };
}

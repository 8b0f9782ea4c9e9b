import { randomInt } from 'node:crypto';
import { DEFAULT_BLOCKS, EXACT_BLOCKS, looksOf } from '../../reports/gate/looks.ts';
import { isCounted } from '../../reports/gate/margins.ts';
import type { Objective } from '../../reports/objectives.ts';
import type { Scenario } from '../../scenarios/schema.ts';
import type { Transport } from '../../servers/contract.ts';
import type { Io } from '../command.ts';
import { UsageError } from '../exit.ts';
import { transportsFlag, wholeFlag } from '../flags.ts';
import { objectiveFlag } from '../objective-flag.ts';
import { override } from '../overrides.ts';
import { MAX_SEED, type OverrideFlags, readOverrides } from '../request.ts';
import { loadScenarios } from '../scenario-source.ts';
import { type Reach, type ReachFlags, reachOf } from '../server-source.ts';

/** What is measured where nobody says what. */
const DEFAULT_SCENARIO = 'steady';

/** The two that a server is most likely to have, and whose latency is not that of a timer. */
const DEFAULT_TRANSPORTS: readonly Transport[] = ['sse', 'websocket'];

/** The flags of `check`, as text. */
export interface CheckFlags extends OverrideFlags, ReachFlags {
  readonly 'base-ref'?: string | undefined;
  readonly build?: string | undefined;
  readonly 'base-server'?: string | undefined;
  readonly server?: string | undefined;
  readonly scenario?: readonly string[] | undefined;
  readonly transports?: readonly string[] | undefined;
  readonly gate?: readonly string[] | undefined;
  readonly trials?: string | undefined;
  readonly seed?: string | undefined;
  readonly history?: string | undefined;
}

/** What a check has been asked. */
export type CheckRequest = SavedRequest | MeasuredRequest;

/** Two files. */
export interface SavedRequest {
  readonly kind: 'saved';
  readonly base: string;
  readonly candidate: string;
  readonly objectives: readonly Objective[] | null;
}

/** Two servers, which are measured. */
export interface MeasuredRequest {
  readonly kind: 'measured';
  readonly base: BaseSource;
  /** The candidate, as a server is named. */
  readonly server: string;
  readonly objectives: readonly Objective[] | null;
  readonly scenarios: readonly Scenario[];
  readonly transports: readonly Transport[];
  /** Whether somebody said which, or they are only tried. */
  readonly transportsAsked: boolean;
  readonly seed: number;
  /** The numbers of blocks after which it may stop; the last is all of them. */
  readonly looks: readonly number[];
  readonly reach: Reach;
}

/** Where the baseline comes from. */
export type BaseSource =
  | { readonly kind: 'ref'; readonly ref: string; readonly build: string | null }
  | { readonly kind: 'server'; readonly server: string };

/**
 * Reads what to check from flags and words, with all defaults filled in.
 *
 * @throws UsageError, ScenarioError
 */
export async function readCheck(flags: CheckFlags, words: readonly string[], io: Io): Promise<CheckRequest> {
  const objectives = flags.gate?.map((text) => objectiveFlag('gate', text)) ?? null;
  const [base, candidate] = words;
  if (base !== undefined) return savedRequest(flags, base, candidate, objectives);
  const source = baseSource(flags);
  if (flags.server === undefined) {
    throw new UsageError(
      'check: --server is missing: which server is the candidate, a server file or an origin',
    );
  }
  const overrides = readOverrides(flags);
  const scenarios = await loadScenarios(flags.scenario ?? [DEFAULT_SCENARIO], io.cwd);
  return {
    kind: 'measured',
    base: source,
    server: flags.server,
    objectives,
    scenarios: scenarios.map((scenario) => override(scenario, overrides)),
    transports: flags.transports === undefined ? DEFAULT_TRANSPORTS : transportsFlag(flags.transports),
    transportsAsked: flags.transports !== undefined,
    seed: flags.seed === undefined ? randomInt(MAX_SEED) : wholeFlag('seed', flags.seed, 0, MAX_SEED),
    looks: looksOf(
      flags.trials === undefined ? usualBlocks(objectives) : wholeFlag('trials', flags.trials, 1, 1_000),
    ),
    reach: reachOf(flags),
  };
}

function usualBlocks(objectives: readonly Objective[] | null): number {
  return objectives?.every(({ metric }) => isCounted(metric)) ? EXACT_BLOCKS : DEFAULT_BLOCKS;
}

function savedRequest(
  flags: CheckFlags,
  base: string,
  candidate: string | undefined,
  objectives: readonly Objective[] | null,
): SavedRequest {
  if (candidate === undefined) {
    throw new UsageError(`check: ${base} is the baseline; name the results to hold against it as well`);
  }
  const measuring = [
    'base-ref',
    'build',
    'base-server',
    'server',
    'scenario',
    'transports',
    'trials',
    'seed',
    'connections',
    'rate',
    'payload',
    'duration',
    'history',
  ] as const;
  const useless = measuring.find((flag) => flags[flag] !== undefined);
  if (useless !== undefined) {
    throw new UsageError(`check: --${useless} says how to measure, and two files are measured already`);
  }
  return { kind: 'saved', base, candidate, objectives };
}

function baseSource(flags: CheckFlags): BaseSource {
  const { 'base-ref': ref, 'base-server': server, build } = flags;
  if (ref !== undefined && server !== undefined) {
    throw new UsageError('check: --base-ref and --base-server are two baselines; give one');
  }
  if (build !== undefined && ref === undefined) {
    throw new UsageError('check: --build says how to build what --base-ref checks out; there is none');
  }
  if (ref !== undefined) return { kind: 'ref', ref, build: build ?? null };
  if (server !== undefined) return { kind: 'server', server };
  throw new UsageError(
    'check: there is no baseline: give --base-ref main, --base-server FILE, or two results files',
  );
}

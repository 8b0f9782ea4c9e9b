import { judgeStep } from '../reports/capacity/judge.ts';
import { stepMs } from '../reports/capacity/step-length.ts';
import { formatCount } from '../reports/format.ts';
import { METRICS } from '../reports/metrics.ts';
import type { Objective } from '../reports/objectives.ts';
import { LOAD_KINDS, type LoadKind } from '../reports/results/capacity.ts';
import { carries, samplesNeeded } from '../reports/summary.ts';
import type { CapacityOptions, Search } from '../runners/capacity/capacity.ts';
import type { Range } from '../runners/capacity/search.ts';
import { suggest } from '../scenarios/nearest.ts';
import type { Scenario } from '../scenarios/schema.ts';
import type { Io } from './command.ts';
import { UsageError } from './exit.ts';
import { numberFlag } from './flags.ts';
import { objectiveFlag } from './objective-flag.ts';
import { override, UNCHANGED } from './overrides.ts';
import { type RequestFlags, readRequest } from './request.ts';
import type { Rooms } from './rooms.ts';

/** The flags of `capacity` that say what to search, as text. */
export interface CapacityFlags extends Omit<RequestFlags, 'trials' | 'ceiling'> {
  readonly slo?: readonly string[] | undefined;
  readonly by: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly precision?: string | undefined;
}

/** What `capacity` measures: everything but where the results go and who is told. */
export type CapacityRequest = Omit<CapacityOptions, 'signal' | 'onEvent' | 'save'>;

/** Long enough for a queue of 100 ms to show a load that is 2 % too high. */
const STEP = '5s';

/** The most that a scenario may have; the search ends long before. */
const MOST: Readonly<Record<LoadKind, number>> = { rate: 100_000, connections: 250_000 };

/**
 * Reads what to search from flags and words, with all defaults filled in.
 *
 * @throws UsageError, ScenarioError, ServerFileError
 */
export async function readCapacityRequest(
  flags: CapacityFlags,
  words: readonly string[],
  io: Io,
  rooms: Rooms,
): Promise<CapacityRequest> {
  const by = LOAD_KINDS.find((kind) => kind === flags.by);
  // A flag is checked before it comes here; an environment variable is not.
  if (by === undefined)
    throw new UsageError(`--by: ${JSON.stringify(flags.by)} is no load; ${suggest(flags.by, LOAD_KINDS)}`);
  const objectives = readObjectives(flags.slo ?? []);
  const precision = readPrecision(flags.precision ?? '5%');
  if (flags[by] !== undefined) {
    throw new UsageError(`--${by} is what is searched for; give --from and --to, or another --by`);
  }
  const { scenarios, transports, servers, seed, workers, commandLine } = await readRequest(
    { ...flags, duration: flags.duration ?? STEP, trials: '1', ceiling: false },
    words,
    io,
    rooms,
  );
  const searches = scenarios.flatMap((scenario) => {
    const range = readRange(scenario, by, precision, flags);
    return servers.flatMap((server) =>
      transports.map((transport): Search => {
        const own = objectives.filter(
          (one) => one.objective.transport === null || one.objective.transport === transport,
        );
        if (own.length === 0)
          throw new UsageError(
            `--slo: there is no objective for ${transport}; add one, or leave it out of --transports`,
          );
        const parsed = own.map(({ objective }) => objective);
        checkConnects(parsed, by, by === 'connections' ? range.from : scenario.connections);
        return {
          scenario,
          transport,
          server,
          by,
          objectives: own.map(({ text }) => text),
          range,
          at: (load) => scenarioAt(scenario, by, load, parsed, precision),
          judge: (outcome, limit) => judgeStep(outcome, parsed, limit),
        };
      }),
    );
  });
  // What cannot be asked of the first load or the last is said now, and not in the middle of the search.
  for (const { at, range } of searches) for (const load of [range.from, range.to]) at(load);
  return { searches, seed, commandLine, ...(workers === undefined ? {} : { workers }) };
}

interface Given {
  readonly text: string;
  readonly objective: Objective;
}

function readObjectives(texts: readonly string[]): Given[] {
  if (texts.length === 0) {
    throw new UsageError(
      "--slo says what a step has to meet, as in --slo 'latency.p99<=100ms'; give one or more",
    );
  }
  return texts.map((text) => {
    const objective = objectiveFlag('slo', text);
    if (objective.bound.kind === 'relative') {
      throw new UsageError(
        `--slo: ${JSON.stringify(text)} is a change, and there is no baseline; give an amount`,
      );
    }
    return { text: text.trim(), objective };
  });
}

/** Every client connects once, however long a step is: only more of them carry a percentile of that. */
function checkConnects(objectives: readonly Objective[], by: LoadKind, connections: number): void {
  for (const { metric } of objectives) {
    const { quantile } = METRICS[metric];
    if (quantile?.of !== 'connect' || carries(connections, quantile.q)) continue;
    const needed = samplesNeeded(quantile.q);
    const flag = by === 'connections' ? '--from' : '--connections';
    throw new UsageError(
      `--slo: ${metric} takes ${formatCount(needed, 'connection')}, and the first step has ${connections.toLocaleString('en-US')}; give ${flag} ${needed}`,
    );
  }
}

function readPrecision(text: string): number {
  const [, percent] = /^(\d+(?:\.\d+)?)\s*%$/.exec(text.trim()) ?? [];
  const precision = Number(percent) / 100;
  if (percent === undefined || precision < 0.001 || precision > 1) {
    throw new UsageError(`--precision needs per cent from 0.1% to 100%, not ${JSON.stringify(text)}`);
  }
  return precision;
}

function readRange(scenario: Scenario, by: LoadKind, precision: number, { from, to }: CapacityFlags): Range {
  const whole = by === 'connections';
  const lowest = from === undefined ? loadOf(scenario, by) : loadFlag('from', from, whole, MOST[by]);
  const highest = to === undefined ? MOST[by] : loadFlag('to', to, whole, MOST[by]);
  if (highest < lowest) {
    throw new UsageError(
      `--to: ${highest} is below the lowest load, ${lowest}${from === undefined ? ' (of the scenario; --from gives another)' : ''}`,
    );
  }
  return { from: lowest, to: highest, precision, whole };
}

function loadFlag(flag: string, text: string, whole: boolean, most: number): number {
  const load = numberFlag(flag, text);
  if (load <= 0 || load > most || (whole && !Number.isInteger(load))) {
    throw new UsageError(
      `--${flag} needs ${whole ? 'a whole number' : 'a number'} above 0, at most ${most}, not ${text}`,
    );
  }
  return load;
}

/** @throws UsageError where the scenario has no such load. */
function loadOf(scenario: Scenario, by: LoadKind): number {
  if (by === 'connections') return scenario.connections;
  const { name, workload } = scenario;
  if (workload.kind === 'idle') {
    throw new UsageError(`--by rate: ${name} sends no messages; give --by connections`);
  }
  const { schedule } = workload;
  if (schedule.kind === 'burst' || schedule.kind === 'ramp') {
    throw new UsageError(
      `--by rate: ${name} has no single rate: its schedule is a ${schedule.kind}; give --by connections`,
    );
  }
  return schedule.perSecond;
}

/** The scenario with so much load, and as long as its objectives need. */
function scenarioAt(
  scenario: Scenario,
  by: LoadKind,
  load: number,
  objectives: readonly Objective[],
  precision: number,
): Scenario {
  const loaded = override(scenario, { ...UNCHANGED, [by]: load });
  const measureMs = stepMs(loaded, objectives, precision);
  return { ...loaded, phases: { ...loaded.phases, measureMs } };
}

import { parseScenario, ScenarioError } from '../scenarios/parse.ts';
import type { Scenario } from '../scenarios/schema.ts';
import { UsageError } from './exit.ts';

/** What the command line changes in every scenario; `undefined` leaves it as it is. */
export interface Overrides {
  readonly connections: number | undefined;
  /** Messages or requests per second of each source. */
  readonly rate: number | undefined;
  /** Bytes. */
  readonly payload: number | undefined;
  /** Length of the measuring phase in milliseconds. */
  readonly duration: number | undefined;
  /** Round-trip time between clients and server in milliseconds. */
  readonly rtt: number | undefined;
  /** Kilobits per second of each client's line. */
  readonly kbps: number | undefined;
  /** Over TLS. */
  readonly tls: boolean | undefined;
}

/** Nothing changed. */
export const UNCHANGED: Overrides = {
  connections: undefined,
  rate: undefined,
  payload: undefined,
  duration: undefined,
  rtt: undefined,
  kbps: undefined,
  tls: undefined,
};

/** The flag that sets a field, so that a message can name what was typed. */
const FLAG_OF_FIELD: ReadonlyMap<string, keyof Overrides> = new Map([
  ['connections', 'connections'],
  ['workload.schedule.perSecond', 'rate'],
  ['workload.payloadBytes', 'payload'],
  ['phases.measureMs', 'duration'],
  ['link.rttMs', 'rtt'],
  ['link.kbps', 'kbps'],
]);

/**
 * The scenario with the overrides in it, checked again as if it had been written so.
 *
 * @throws UsageError that names the flag, for a value that the scenario cannot have.
 */
export function override(scenario: Scenario, overrides: Overrides): Scenario {
  const {
    connections = scenario.connections,
    duration = scenario.phases.measureMs,
    tls = scenario.tls,
  } = overrides;
  const changed = {
    ...scenario,
    connections,
    phases: { ...scenario.phases, measureMs: duration },
    workload: overrideWorkload(scenario, overrides),
    link: overrideLink(scenario, overrides),
    tls,
  };
  try {
    return parseScenario(changed, scenario.name);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    const lines = error.problems.map(({ field, message }) => {
      return `--${FLAG_OF_FIELD.get(field) ?? field}: ${scenario.name}: ${field} ${message}`;
    });
    throw new UsageError(lines.join('\n'), { cause: error });
  }
}

function overrideLink({ link }: Scenario, { rtt, kbps }: Overrides) {
  if (rtt === undefined && kbps === undefined) return link;
  return {
    ...link,
    ...(rtt === undefined ? {} : { rttMs: rtt }),
    ...(kbps === undefined ? {} : { kbps }),
  };
}

function overrideWorkload({ name, workload }: Scenario, { rate, payload }: Overrides): Scenario['workload'] {
  if (workload.kind === 'idle') {
    const flag = rate !== undefined ? 'rate' : 'payload';
    if (rate === undefined && payload === undefined) return workload;
    throw new UsageError(`--${flag}: ${name} sends no messages, so there is nothing to set`);
  }
  const { schedule, payloadBytes } = workload;
  if (rate === undefined) return { ...workload, payloadBytes: payload ?? payloadBytes };
  if (schedule.kind === 'burst' || schedule.kind === 'ramp') {
    throw new UsageError(
      `--rate: ${name} has no single rate: its schedule is a ${schedule.kind}; change its file instead`,
    );
  }
  return { ...workload, payloadBytes: payload ?? payloadBytes, schedule: { ...schedule, perSecond: rate } };
}

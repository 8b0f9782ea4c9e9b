import type { Scenario } from '../scenarios/schema.ts';
import { TRANSPORTS, type Transport } from '../servers/contract.ts';
import { type Better, histogramOf, METRIC_IDS, METRICS, type MetricId, type Unit } from './metrics.ts';
import type { Completed, Measurements, Results, Trial } from './results/schema.ts';
import { median, medianInterval } from './statistics.ts';

/** What one arm's trials say of one metric. */
export interface Row {
  readonly scenario: string;
  readonly transport: Transport;
  readonly server: string;
  readonly metric: MetricId;
  readonly unit: Unit;
  readonly better: Better;
  readonly median: number;
  /** The 95 % interval of the median; `null` where there are too few trials for one. */
  readonly low: number | null;
  readonly high: number | null;
  /** One number per completed trial that has one, in the order of blocks. */
  readonly values: readonly number[];
}

/** One transport of one server in one scenario: what the trials repeat. */
export interface Arm {
  readonly scenario: Scenario;
  readonly transport: Transport;
  readonly server: string;
  /** In the order of blocks. */
  readonly trials: readonly Trial[];
  readonly completed: readonly Completed[];
  /** A metric that no trial has a number for is not in it. */
  readonly rows: ReadonlyMap<MetricId, Row>;
}

/** All arms of a scenario, by server as they were asked for and in the order of {@link TRANSPORTS}. */
export interface ScenarioSummary {
  readonly scenario: Scenario;
  readonly arms: readonly Arm[];
}

/** Turns trials into rows: the one data model that every format is rendered from; the same for the same results. */
export function summarise(results: Results): readonly ScenarioSummary[] {
  let summaries = known.get(results);
  if (summaries === undefined) {
    summaries = summariesOf(results);
    known.set(results, summaries);
  }
  return summaries;
}

/** The page has the summary and, to be saved, the JSON made of it. */
const known = new WeakMap<Results, readonly ScenarioSummary[]>();

function summariesOf({ trials, comparison }: Results): readonly ScenarioSummary[] {
  const scenarios = grouped(trials, ({ scenario }) => scenario.name, comparison.scenarios);
  return scenarios.flatMap((ofScenario) => {
    const [first] = ofScenario;
    if (first === undefined) return [];
    const arms = grouped(ofScenario, ({ server }) => server, comparison.servers).flatMap((ofServer) =>
      TRANSPORTS.map((transport) => ofServer.filter((trial) => trial.transport === transport)).flatMap(armOf),
    );
    return [{ scenario: first.scenario, arms }];
  });
}

function armOf(unordered: readonly Trial[]): Arm[] {
  const trials = [...unordered].sort((left, right) => left.block - right.block);
  const [first] = trials;
  if (first === undefined) return [];
  const completed = trials.flatMap(({ outcome }) => (outcome.status === 'completed' ? [outcome] : []));
  const { scenario, transport, server } = first;
  const rows = new Map<MetricId, Row>();
  for (const metric of METRIC_IDS) {
    const { unit, better, of } = METRICS[metric];
    const values = completed.map(({ measurements }) => of(measurements)).filter((value) => value !== null);
    const middle = median(values);
    if (middle === null) continue;
    const { low, high } = medianInterval(values) ?? { low: null, high: null };
    const names = { scenario: scenario.name, transport, server, metric };
    rows.set(metric, { ...names, unit, better, median: middle, low, high, values });
  }
  return [{ scenario, transport, server, trials, completed, rows }];
}

/** A quantile q is shown to people when at least this many samples of every trial lie beyond it. */
export const SAMPLES_BEYOND = 20;

/** True if `samples` of them carry the quantile `q`, so that it rests on more than a few outliers. */
export function carries(samples: number, q: number): boolean {
  return samplesBeyond(samples, q) >= SAMPLES_BEYOND;
}

/** The fewest samples of which so many lie beyond the quantile `q`. */
export function samplesNeeded(q: number, beyond = SAMPLES_BEYOND): number {
  // 20 / (1 − 0.99) is a hair above 2,000 in floating point.
  return Math.ceil(beyond / (1 - q) - 1e-6);
}

/** How many of so many samples lie beyond the quantile `q`. */
export function samplesBeyond(samples: number, q: number): number {
  // Rounded, since 2,000 × (1 − 0.99) is a hair below 20 in floating point.
  return Math.round(samples * (1 - q) * 1e6) / 1e6;
}

/**
 * The row of a metric as people may see it.
 *
 * @returns `null` where there is no number, or where a trial's samples do not carry the quantile.
 */
export function shown(arm: Arm, metric: MetricId): Row | null {
  const row = arm.rows.get(metric);
  if (row === undefined) return null;
  return arm.completed.every(({ measurements }) => isCarried(metric, measurements)) ? row : null;
}

/** Whether a trial has the samples that a metric needs to be seen by people. */
export function isCarried(metric: MetricId, measured: Measurements): boolean {
  const { quantile } = METRICS[metric];
  return quantile === null || carries(histogramOf(measured, quantile.of).totalCount, quantile.q);
}

/** How an arm stands, worst first. */
export type Standing = 'skipped' | 'failed' | 'invalid' | 'doubtful' | 'valid';

/** The worst that can be said of an arm's trials; one that was only partly skipped stands by the others. */
export function standingOf({ trials, completed }: Arm): Standing {
  if (trials.some(({ outcome }) => outcome.status === 'failed')) return 'failed';
  if (completed.length === 0) return 'skipped';
  const has = (validity: Completed['validity']) => completed.some((outcome) => outcome.validity === validity);
  return has('invalid') ? 'invalid' : has('doubtful') ? 'doubtful' : 'valid';
}

/** Groups in the order of `keys`. */
function grouped<T>(items: readonly T[], key: (item: T) => string, keys: readonly string[]): T[][] {
  const groups = new Map<string, T[]>(keys.map((name) => [name, []]));
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return [...groups.values()].filter((group) => group.length > 0);
}

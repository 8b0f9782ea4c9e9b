import type { Transport } from '../../servers/contract.ts';
import type { SkippedLine } from '../history/read.ts';
import type { HistoryArm, HistoryEntry } from '../history/schema.ts';
import { METRICS, type MetricId } from '../metrics.ts';
import { addHistograms, decodeHistogram, type Histogram } from '../results/histogram.ts';
import type { Environment } from '../results/schema.ts';
import { median } from '../statistics.ts';
import { carries } from '../summary.ts';
import { changePoints, DEFAULT_OPTIONS } from './e-divisive.ts';

/** What is followed from run to run, when nobody says what; where a run has no number, it is not. */
export const TREND_METRICS = [
  'latency.p50',
  'latency.p99',
  'recovery.p50',
  'bytes.perMessage',
  'bytes.perConnectionSecond',
  'server.cpuUsPerMessage',
  'server.rssBytesPerConnection',
] as const satisfies readonly MetricId[];

/** One run's number of a metric: the median over its trials. */
export interface Point {
  /** ISO 8601. */
  readonly startedAt: string;
  readonly label: string | null;
  readonly value: number;
}

/** A change that a series shows. */
export interface Change {
  /** Of the first run after it. */
  readonly index: number;
  /** Medians of the runs between it and the changes before and after. */
  readonly before: number;
  readonly after: number;
  readonly p: number;
  /** `none` where neither direction is better. */
  readonly verdict: 'better' | 'worse' | 'none';
}

/** A metric of an arm, from run to run. */
export interface Series {
  readonly metric: MetricId;
  readonly points: readonly Point[];
  readonly changes: readonly Change[];
}

/** One scenario, transport and server on one machine. */
export interface Track {
  readonly scenario: string;
  readonly scenarioHash: string;
  readonly transport: Transport;
  readonly server: string;
  readonly machine: string;
  readonly runs: number;
  /** Trials that failed or are invalid, and are in no number. */
  readonly leftOut: number;
  readonly series: readonly Series[];
  /** The latency of all runs since its last change as if they were one; `null` where there is none. */
  readonly pooled: { readonly runs: number; readonly latency: Histogram } | null;
}

/** What a trend says. */
export interface Trend {
  readonly tracks: readonly Track[];
  readonly skipped: readonly SkippedLine[];
  /** Chance of a false change in a series without one. */
  readonly level: number;
  /** What renders it. */
  readonly tool: HistoryEntry['tool'];
}

/** What is asked of a history. */
export interface TrendOptions {
  readonly metrics: readonly MetricId[];
  /** `null` for all. */
  readonly transports: readonly Transport[] | null;
  /** Only so many runs of each track, the newest. */
  readonly last: number;
  /** Chance of a false change in a series without one. */
  readonly level: number;
}

/**
 * The machine as far as it makes two runs comparable. Kernel and Node are left out: they change on a
 * machine that stays the same, and whether that changes anything is what a trend is to show.
 */
function machineOf({ cpuModel, cores, memoryBytes, platform }: Environment): string {
  return `${cpuModel}, ${cores} cores, ${Math.round(memoryBytes / 2 ** 30)} GiB, ${platform}`;
}

/** Follows every arm through the history: runs on another machine, or of another scenario of the name, are a track of their own. */
export function tracksOf(entries: readonly HistoryEntry[], options: TrendOptions): Track[] {
  const groups = new Map<string, { entry: HistoryEntry; arm: HistoryArm }[]>();
  for (const entry of entries) {
    for (const arm of entry.arms) {
      if (options.transports?.includes(arm.transport) === false) continue;
      const { scenario, scenarioHash, transport, server } = arm;
      const key = JSON.stringify([machineOf(entry.environment), scenario, scenarioHash, server, transport]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [{ entry, arm }]);
      else group.push({ entry, arm });
    }
  }
  return [...groups.values()].flatMap((runs) => trackOf(runs.slice(-options.last), options));
}

type Runs = readonly { readonly entry: HistoryEntry; readonly arm: HistoryArm }[];

function trackOf(runs: Runs, options: TrendOptions): Track[] {
  const [first] = runs;
  if (first === undefined) return [];
  const { scenario, scenarioHash, transport, server } = first.arm;
  const series = options.metrics.flatMap((metric) => {
    const points = runs.flatMap(({ entry, arm }) => pointOf(metric, entry, arm));
    return points.length === 0 ? [] : [{ metric, points, changes: changesOf(metric, points, options) }];
  });
  return [
    {
      ...{ scenario, scenarioHash, transport, server },
      machine: machineOf(first.entry.environment),
      runs: runs.length,
      leftOut: runs.reduce((sum, { arm }) => sum + arm.leftOut, 0),
      series,
      pooled: pooledOf(runs, series),
    },
  ];
}

/** A percentile that the run's samples do not carry is no number to follow. */
function pointOf(metric: MetricId, { startedAt, label }: HistoryEntry, arm: HistoryArm): Point[] {
  const value = median(arm.metrics[metric] ?? []);
  if (value === null) return [];
  const { quantile } = METRICS[metric];
  if (quantile !== null && quantile.of !== 'loopDelay') {
    const samples = decodeHistogram(arm.histograms[quantile.of]).totalCount / arm.trials;
    if (!carries(samples, quantile.q)) return [];
  }
  return [{ startedAt, label, value }];
}

function changesOf(metric: MetricId, points: readonly Point[], { level }: TrendOptions): Change[] {
  const values = points.map(({ value }) => value);
  const found = changePoints(values, { ...DEFAULT_OPTIONS, level });
  return found.map(({ index, p }, at) => {
    const from = found[at - 1]?.index ?? 0;
    const to = found[at + 1]?.index ?? values.length;
    const before = median(values.slice(from, index)) ?? 0;
    const after = median(values.slice(index, to)) ?? 0;
    const { better } = METRICS[metric];
    const isBetter = better === 'lower' ? after < before : after > before;
    return { index, before, after, p, verdict: better === 'none' ? 'none' : isBetter ? 'better' : 'worse' };
  });
}

/** What no single run has samples for, all of them may: histograms add exactly. */
function pooledOf(runs: Runs, series: readonly Series[]): Track['pooled'] {
  const changes = series
    .filter(({ metric }) => METRICS[metric].quantile?.of === 'latency')
    .flatMap(({ points, changes }) => changes.map(({ index }) => points[index]?.startedAt ?? ''));
  const since = changes.sort().at(-1) ?? '';
  const pooled = runs.filter(({ entry }) => entry.startedAt >= since);
  const latency = addHistograms(pooled.map(({ arm }) => decodeHistogram(arm.histograms.latency)));
  return latency.totalCount === 0 ? null : { runs: pooled.length, latency };
}

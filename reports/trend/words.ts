import { formatCount, formatNumber, formatQuantity } from '../format.ts';
import { METRICS } from '../metrics.ts';
import { quantileUs } from '../results/histogram.ts';
import { carries } from '../summary.ts';
import type { Change, Series, Track } from './series.ts';

/** A change in one sentence: `2026-01-11: 50 % lower, better (1 ms to 500 µs), p = 0.001`. */
export function describeChange({ metric, points }: Series, change: Change): string {
  const { index, before, after, p, verdict } = change;
  const point = points[index];
  const { unit } = METRICS[metric];
  const label = point?.label == null ? '' : ` at ${point.label}`;
  const judged = verdict === 'none' ? '' : `, ${verdict}`;
  const amounts = `${formatQuantity(before, unit)} to ${formatQuantity(after, unit)}`;
  return `${point?.startedAt.slice(0, 16).replace('T', ' ')}${label}: ${difference(before, after)}${judged} (${amounts}), p = ${formatNumber(p)}`;
}

/** The same in a few words, for a chart: `50 % lower, 1 ms → 500 µs`. */
export function describeStep({ metric }: Series, { before, after }: Change): string {
  const { unit } = METRICS[metric];
  return `${difference(before, after)}, ${formatQuantity(before, unit)} → ${formatQuantity(after, unit)}`;
}

/** Changes of all metrics of all tracks. */
export function countChanges(tracks: readonly Track[]): number {
  return tracks.flatMap(({ series }) => series.flatMap(({ changes }) => changes)).length;
}

/** What the changes rest on, for the end or the head of a trend. */
export function trendLegend(tracks: readonly Track[], level: number): string {
  const series = tracks.reduce((sum, track) => sum + track.series.length, 0);
  return `${formatCount(countChanges(tracks), 'change')} in ${series} series, by E-divisive: where nothing changes, each shows one with a chance of at most ${level * 100} %. A slow drift shows as a step.`;
}

/** Where both sides have the same median, it is the spread that changed. */
function difference(before: number, after: number): string {
  if (before === after) return 'scatters otherwise';
  const direction = after > before ? 'higher' : 'lower';
  return before === 0
    ? direction
    : `${formatNumber((Math.abs(after - before) / before) * 100)} % ${direction}`;
}

const POOLED = [0.5, 0.99, 0.999, 0.9999];

/** The latency of several runs as one, up to where all their samples carry it; `null` without any. */
export function describePooled({ pooled }: Track): string | null {
  if (pooled === null || pooled.runs < 2) return null;
  const { latency, runs } = pooled;
  const parts = POOLED.filter((q) => carries(latency.totalCount, q)).map((q) => {
    return `p${formatNumber(q * 100)} ${formatQuantity(quantileUs(latency, q) ?? 0, 'µs')}`;
  });
  if (parts.length === 0) return null;
  return `latency of the last ${formatCount(runs, 'run')} as one: ${parts.join(', ')} (${formatCount(latency.totalCount, 'sample')})`;
}

/** What a track is called. */
export function trackName({ scenario, server }: Track): string {
  return `${scenario} · ${server}`;
}

/** True if another track has its name and machine and asks something else. */
export function isAmbiguous(track: Track, all: readonly Track[]): boolean {
  return all.some(({ scenario, scenarioHash }) => {
    return scenario === track.scenario && scenarioHash !== track.scenarioHash;
  });
}

import { formatCount, formatList, formatNumber, sentence } from '../../format.ts';
import { histogramOf } from '../../metrics.ts';
import { slicesOf, steadinessSentences } from '../../over-time.ts';
import { type Arm, SAMPLES_BEYOND, type ScenarioSummary, shown } from '../../summary.ts';
import { armNames } from '../../transports.ts';
import { MOST_SLICES, overTimeChart } from '../charts/over-time.ts';
import { percentileCharts } from '../charts/percentiles.ts';
import type { Section } from '../section.ts';

/** The distribution of latency, as far as the samples carry it. */
export function percentilesSection({ scenario, arms }: ScenarioSummary): Section | null {
  const measured = arms.filter(({ completed }) => completed.length > 0);
  const charts = percentileCharts(measured);
  if (charts.length === 0) return null;
  return {
    id: `${scenario.name}-percentiles`,
    title: 'Latency by percentile',
    finding: [...tailSentence(measured), ...reachSentence(measured)],
    content: [...charts],
    place: 'beside',
  };
}

/** How much longer the slow messages take than the usual one. */
function tailSentence(arms: readonly Arm[]): string[] {
  const nameOf = armNames(arms, 'inSentence');
  const tails = arms.flatMap((arm) => {
    const [usual, slow] = [shown(arm, 'latency.p50'), shown(arm, 'latency.p99')];
    if (usual === null || slow === null || usual.median === 0) return [];
    return [{ name: nameOf(arm), times: slow.median / usual.median }];
  });
  if (tails.length === 0) return [];
  const words = tails
    .sort((left, right) => left.times - right.times)
    .map(({ name, times }, index) => {
      const factor = formatNumber(Number(times.toPrecision(2)));
      return `${factor} times ${index === 0 ? 'the median ' : ''}over ${name}`;
    });
  return [`The p99 is ${formatList(words)}.`];
}

function reachSentence(arms: readonly Arm[]): string[] {
  const fewest = Math.min(
    ...arms.flatMap(({ completed }) =>
      completed.map(({ measurements }) => histogramOf(measurements, 'latency').totalCount),
    ),
  );
  const share = 1 - SAMPLES_BEYOND / fewest;
  if (!Number.isFinite(share) || share <= 0) return [];
  const decimals = Math.max(0, Math.ceil(-Math.log10(1 - share)) - 1);
  const percent = Math.floor(share * 10 ** (decimals + 2)) / 10 ** decimals;
  return [
    sentence(
      `the smallest trial has ${formatCount(fewest, 'sample')}, which carry a curve up to ${percent} %`,
    ),
  ];
}

/** Whether a figure is of a steady state or of one bad second. */
export function overTimeSection({ scenario, arms }: ScenarioSummary): Section | null {
  const measured = arms.filter(({ completed }) => completed.length > 0);
  const slices = new Map(measured.map((arm) => [arm, slicesOf(arm, MOST_SLICES)] as const));
  const chart = overTimeChart(slices);
  if (chart === null) return null;
  return {
    id: `${scenario.name}-over-time`,
    title: 'Latency over time',
    finding: steadinessSentences(slices),
    content: [chart],
    place: 'beside',
  };
}

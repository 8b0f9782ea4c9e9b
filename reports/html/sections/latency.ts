import { formatCount, formatList, formatNumber, sentence } from '../../format.ts';
import { histogramOf, METRICS } from '../../metrics.ts';
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

/** The slow messages, by the highest of these that the samples of every arm carry. */
const TAILS = ['latency.p99', 'latency.p95', 'latency.p90'] as const;

/** More arms than this are a range instead of names; the chart's table has them all. */
const NAMED = 6;

/** How much longer the slow messages take than the usual one. */
function tailSentence(arms: readonly Arm[]): string[] {
  const nameOf = armNames(arms, 'inSentence');
  const having = arms.filter((arm) => shown(arm, 'latency.p50') !== null);
  const metric = TAILS.find((each) => having.every((arm) => shown(arm, each) !== null));
  if (metric === undefined) return [];
  const tails = having.flatMap((arm) => {
    const [usual, slow] = [shown(arm, 'latency.p50'), shown(arm, metric)];
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
  const percentile = METRICS[metric].title.replace('Latency, ', '');
  const said = words.length > NAMED ? `from ${words[0]} to ${words.at(-1)}` : formatList(words);
  return [`The ${percentile} is ${said}.`];
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

import { formatCount, formatQuantity } from '../format.ts';
import { METRICS } from '../metrics.ts';
import { csvRecord } from '../render/csv.ts';
import { escaped, tableLine as line } from '../render/markdown-text.ts';
import { quantileUs } from '../results/histogram.ts';
import { sparkline } from '../sparkline.ts';
import { LOOKS } from '../transports.ts';
import { clip, wrap } from '../wrap.ts';
import type { Series, Track, Trend } from './series.ts';
import { describeChange, describePooled, isAmbiguous, trackName, trendLegend } from './words.ts';

/** The formats of a trend. */
export const TREND_FORMATS = ['text', 'json', 'csv', 'markdown', 'html'] as const;

/** One of {@link TREND_FORMATS}. */
export type TrendFormat = (typeof TREND_FORMATS)[number];

/** The schema name of a trend as JSON. */
export const TREND_SCHEMA = 'wirebench/trend@1';

/** Renders a trend in one format. */
export async function renderTrend(trend: Trend, format: TrendFormat): Promise<string> {
  return await RENDERERS[format](trend);
}

const RENDERERS: Readonly<Record<TrendFormat, (trend: Trend) => string | Promise<string>>> = {
  text: renderText,
  json: renderJson,
  csv: renderCsv,
  markdown: renderMarkdown,
  // Loaded when asked for, as the report's page is.
  html: async (trend) => (await import('./html.ts')).renderTrendHtml(trend),
};

const NO_RUN = 'There is no run in this history.';

/** 30 + 6 + 10 + 10 + 2 + 22 = 80 columns. */
const METRIC_WIDTH = 30;
const SPARK_RUNS = 22;

function renderText({ tracks, level }: Trend): string {
  if (tracks.length === 0) return `${NO_RUN}\n`;
  const blocks = tracks.map((track) => {
    const hash = isAmbiguous(track, tracks) ? ` (${track.scenarioHash})` : '';
    const head = wrap(
      `${trackName(track)}${hash} · ${LOOKS[track.transport].name} · ${formatCount(track.runs, 'run')}`,
    );
    const heading = `${''.padEnd(METRIC_WIDTH)}${'runs'.padStart(6)}${'median'.padStart(10)}${'last'.padStart(10)}`;
    const rows = track.series.flatMap((series) => [
      row(series),
      ...series.changes.map((change) => wrap(`→ ${describeChange(series, change)}`, '    ', '  ')),
    ]);
    const pooled = describePooled(track);
    return [
      head,
      wrap(`on ${track.machine}`),
      heading,
      ...rows,
      ...leftOut(track),
      ...(pooled === null ? [] : [wrap(`  ${pooled}`, '  ', '  ')]),
    ].join('\n');
  });
  return `${[...blocks, wrap(trendLegend(tracks, level))].join('\n\n')}\n`;
}

function row({ metric, points }: Series): string {
  const { unit } = METRICS[metric];
  const values = points.map(({ value }) => value);
  const amount = (value: number | undefined) => formatQuantity(value ?? 0, unit).padStart(10);
  const middle = [...values].sort((left, right) => left - right)[values.length >> 1];
  const bars = sparkline(values.slice(-SPARK_RUNS));
  return `  ${clip(metric, METRIC_WIDTH - 3).padEnd(METRIC_WIDTH - 2)}${String(values.length).padStart(6)}${amount(middle)}${amount(values.at(-1))}  ${bars}`;
}

function leftOut({ leftOut: trials }: Track): string[] {
  return trials === 0 ? [] : [`  ${formatCount(trials, 'trial')} failed or invalid, in no number`];
}

function renderJson({ tracks, skipped, level }: Trend): string {
  const whole = {
    schema: TREND_SCHEMA,
    level,
    skipped,
    tracks: tracks.map(({ pooled, series, ...track }) => ({
      ...track,
      series: series.map((each) => {
        const { unit, better } = METRICS[each.metric];
        return { ...each, unit, better };
      }),
      pooled:
        pooled === null
          ? null
          : {
              runs: pooled.runs,
              samples: pooled.latency.totalCount,
              p50: quantileUs(pooled.latency, 0.5),
              p99: quantileUs(pooled.latency, 0.99),
              p999: quantileUs(pooled.latency, 0.999),
            },
    })),
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** One record for each run's number; `change` has the p-value where a change begins. */
function renderCsv({ tracks }: Trend): string {
  const names = ['machine', 'scenario', 'scenarioHash', 'transport', 'server', 'metric', 'unit', 'better'];
  const records = tracks.flatMap((track) =>
    track.series.flatMap(({ metric, points, changes }) => {
      const { machine, scenario, scenarioHash, transport, server } = track;
      const { unit, better } = METRICS[metric];
      const first = [machine, scenario, scenarioHash, transport, server, metric, unit, better];
      return points.map(({ startedAt, label, value }, at) => {
        const change = changes.find(({ index }) => index === at);
        return [
          ...first,
          startedAt,
          label ?? '',
          String(value),
          change === undefined ? '' : String(change.p),
        ];
      });
    }),
  );
  return [[...names, 'startedAt', 'label', 'value', 'change'], ...records].map(csvRecord).join('');
}

function renderMarkdown({ tracks }: Trend): string {
  if (tracks.length === 0) return `${NO_RUN}\n`;
  const rows = tracks.flatMap((track) =>
    track.series.map((series) => {
      const { metric, points, changes } = series;
      const last = points.at(-1)?.value ?? 0;
      const cells = [
        track.scenario,
        LOOKS[track.transport].name,
        track.server,
        metric,
        String(points.length),
        formatQuantity(last, METRICS[metric].unit),
        sparkline(points.slice(-SPARK_RUNS).map(({ value }) => value)),
        changes.map((change) => describeChange(series, change)).join('; ') || 'none',
        track.machine,
      ];
      return line(cells.map(escaped));
    }),
  );
  const head = ['Scenario', 'Transport', 'Server', 'Metric', 'Runs', 'Last', 'Course', 'Changes', 'Machine'];
  return [line(head), line(head.map(() => '---')), ...rows, ''].join('\n');
}

import { describe, expect, it } from 'vitest';
import { entryOf } from '../history/entry.ts';
import type { HistoryEntry } from '../history/schema.ts';
import type { Results } from '../results/schema.ts';
import { sparkline } from '../sparkline.ts';
import { completed, encoded, measurements, NO_BYTES, results, scenario, trial } from '../testing/results.ts';
import { renderTrend, TREND_FORMATS } from './render.ts';
import { TREND_METRICS, tracksOf } from './series.ts';

const OPTIONS = { metrics: TREND_METRICS, transports: null, last: 100, level: 0.01 } as const;

/** A run on day `day` whose messages took `ms` and cost `bytes`. */
function run(day: number, ms: number, bytes: number, overrides: Partial<Results> = {}, asked = scenario()) {
  const latency = encoded(Array(2_000).fill(ms * 1_000));
  const measured = measurements({
    histograms: { ...measurements().histograms, latency },
    messages: { ...measurements().messages, expected: 2_000, received: 2_000 },
    bytes: { up: NO_BYTES, down: { ...NO_BYTES, payload: 2_000 * bytes } },
  });
  const startedAt = new Date(Date.UTC(2026, 0, day)).toISOString();
  const trials = [trial({ scenario: asked, outcome: completed(measured) })];
  return entryOf(results(trials, { startedAt, ...overrides }), `c${day}`);
}

const HALVED = [
  ...[1.02, 0.95, 0.99, 1.0, 1.12, 1.0, 1.01, 0.98, 1.01, 0.96],
  ...[0.5, 0.51, 0.48, 0.48, 0.55, 0.5, 0.49, 0.51, 0.5, 0.49],
];
const history = HALVED.map((ms, index) => run(index + 1, ms, 212));
const trendOf = (entries: readonly HistoryEntry[], skipped = []) => ({
  tracks: tracksOf(entries, OPTIONS),
  skipped,
  level: 0.01,
  tool: { name: 'wirebench', version: '0.1.0' },
});

describe('tracksOf', () => {
  it('finds the change of the one metric that changed, and says which way', () => {
    const [track, ...others] = tracksOf(history, OPTIONS);
    expect(others).toEqual([]);
    expect(track?.series.map(({ metric, changes }) => [metric, changes.length])).toEqual(
      [
        ['latency.p50', 1],
        ['latency.p99', 1],
        ['bytes.perMessage', 0],
        ['bytes.perConnectionSecond', 0],
      ].slice(0, track?.series.length),
    );
    expect(track?.series[0]?.changes).toMatchObject([{ index: 10, verdict: 'better', p: 0.001 }]);
  });

  it('takes the runs since the last change of latency as one', () => {
    const [track] = tracksOf(history, OPTIONS);
    expect(track?.pooled?.runs).toBe(10);
    expect(track?.pooled?.latency.totalCount).toBe(20_000);
  });

  it('keeps machines, and scenarios of one name that ask otherwise, apart', () => {
    const { environment } = results([]);
    const faster = { environment: { ...environment, cpuModel: 'Faster CPU' } };
    const newer = { environment: { ...environment, node: 'v24.0.0', kernel: '7.0' } };
    const entries = [
      run(1, 1, 212),
      run(2, 1, 212, newer),
      run(3, 0.5, 212, faster),
      run(4, 1, 212, {}, scenario({ connections: 7 })),
    ];
    expect(tracksOf(entries, OPTIONS).map(({ runs }) => runs)).toEqual([2, 1, 1]);
  });

  it('takes the newest runs only, and only what is asked for', () => {
    const [track] = tracksOf(history, { ...OPTIONS, metrics: ['bytes.perMessage'], last: 3 });
    expect(track?.series.map(({ metric, points }) => [metric, points.map(({ label }) => label)])).toEqual([
      ['bytes.perMessage', ['c18', 'c19', 'c20']],
    ]);
    expect(tracksOf(history, { ...OPTIONS, transports: ['sse'] })).toEqual([]);
  });

  it('does not follow a percentile that the samples do not carry', () => {
    const [track] = tracksOf(history, { ...OPTIONS, metrics: ['latency.p99', 'latency.p999'] });
    expect(track?.series.map(({ metric }) => metric)).toEqual(['latency.p99']);
  });
});

describe('renderTrend', () => {
  it('prints a table within 80 columns', async () => {
    const text = await renderTrend(trendOf(history), 'text');
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(text).toContain('live-feed · reference · WebSocket · 20 runs\n');
    expect(text).toMatch(/^ {2}latency\.p50 +20 +\d+ µs +490 µs {2}▇/m);
    expect(text).toContain('  → 2026-01-11 00:00 at c11: 50 % lower, better (1 ms to 500 µs), p = 0.001\n');
    expect(text).toContain('latency of the last 10 runs as one: p50 500 µs');
    expect(text).toContain('2 changes in ');
  });

  it('has every run in JSON and CSV', async () => {
    const { tracks } = JSON.parse(await renderTrend(trendOf(history), 'json'));
    expect(tracks[0].series[0].points).toHaveLength(20);
    expect(tracks[0].series[0]).toMatchObject({ metric: 'latency.p50', unit: 'µs', better: 'lower' });
    const records = (await renderTrend(trendOf(history), 'csv')).split('\r\n');
    expect(records.filter((record) => record.includes(',latency.p50,'))).toHaveLength(20);
    expect(records.filter((record) => record.endsWith(',0.001'))).toHaveLength(2);
  });

  it('does not let a label be markup', async () => {
    const entries = history.map((entry) => ({ ...entry, label: '<img src=x>|`' }));
    const text = await renderTrend(trendOf(entries), 'markdown');
    expect(text).toContain('&lt;img src=x>\\|\\`');
    expect(text).not.toContain('<img');
  });

  it('labels ticks with as many digits as tell them apart', async () => {
    for (const medians of [
      [0.118, 0.119, 0.117],
      [0.02, 0.12],
      [0.02, 1.12],
    ]) {
      const fast = medians.map((ms, index) => run(index + 1, ms, 212));
      const page = await renderTrend(trendOf(fast), 'html');
      const [, chart = ''] = /data-chart="0">(<svg.*?<\/svg>)/s.exec(page) ?? [];
      const ticks = [...chart.matchAll(/>(\d\.\d+)</g)].map(([, tick]) => tick);
      expect(ticks.length).toBeGreaterThan(1);
      expect(new Set(ticks).size, ticks.join()).toBe(ticks.length);
    }
  });

  it('shows memory in a unit that fits', async () => {
    const entries = [1, 2].map((day) => {
      const connections = { asked: 1, opened: 1, reopened: 0, unrecovered: 0 };
      const processes = [
        { role: 'server', cpuUs: 1, rssBytes: 60_000_000 + day * 1_000_000, rssBeforeBytes: 60_000_000 },
      ] as const;
      const outcome = completed(measurements({ connections, processes }));
      const startedAt = new Date(Date.UTC(2026, 0, day)).toISOString();
      return entryOf(results([trial({ outcome })], { startedAt }), null);
    });
    expect(await renderTrend(trendOf(entries), 'html')).toContain('>server memory per connection, MB<');
  });

  it('names the machine where two have runs of one name', async () => {
    const { environment } = results([]);
    const elsewhere = run(2, 1, 212, { environment: { ...environment, cpuModel: 'Faster CPU' } });
    const titles = async (...entries: HistoryEntry[]) =>
      [...(await renderTrend(trendOf(entries), 'html')).matchAll(/<li><a [^>]*>([^<]*)<\/a>/g)].map(
        ([, title]) => title,
      );
    expect(await titles(run(1, 1, 212), elsewhere)).toEqual([
      'live-feed · reference on Example CPU @ 2.50GHz, 2 cores, 7 GiB, linux',
      'live-feed · reference on Faster CPU, 2 cores, 7 GiB, linux',
    ]);
    expect(await titles(run(1, 1, 212))).toEqual(['live-feed · reference']);
  });

  it.each(TREND_FORMATS)('says as %s that there is nothing', async (format) => {
    expect(await renderTrend(trendOf([]), format)).toMatch(/no run|"tracks": \[\]|^machine,[\w,]+\r\n$/);
  });
});

describe('sparkline', () => {
  it.each([
    [[1, 2, 3], '▁▅█'],
    [[5, 5], '▅▅'],
    [[], ''],
  ])('of %j', (values, bars) => {
    expect(sparkline(values)).toBe(bars);
  });
});

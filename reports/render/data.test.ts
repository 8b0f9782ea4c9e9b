import { describe, expect, it } from 'vitest';
import { METRIC_IDS } from '../metrics.ts';
import { exampleResults } from '../testing/example.ts';
import { completed, encoded, measurements, results, trial } from '../testing/results.ts';
import { renderCsv } from './csv.ts';
import { renderJson } from './json.ts';
import { renderMarkdown } from './markdown.ts';

const empty = encoded([]);
/** What a trial without interruptions and without slow clients measures. */
const CALM_METRIC_IDS = METRIC_IDS.filter(
  (metric) => !/^(recovery|slow)\.|(superseded|compressed)$/.test(metric),
);

const small = results([
  trial({
    server: 'a,"b"\nc',
    outcome: completed(
      measurements({
        histograms: {
          latency: encoded([5, 7]),
          service: empty,
          lateness: empty,
          connect: empty,
          recovery: empty,
          loopDelay: empty,
        },
      }),
      [{ code: 'few-samples', level: 'doubtful', message: 'two samples' }],
    ),
  }),
  trial({ transport: 'sse', block: 1, outcome: { status: 'failed', stage: 'connect', reason: 'refused' } }),
]);

describe('renderJson', () => {
  it('has the rows and trials that the design names, with every number in full', () => {
    const summary = JSON.parse(renderJson(small));
    expect(Object.keys(summary)).toEqual(['schema', 'rows', 'trials']);
    expect(summary.schema).toBe('wirebench/summary@1');
    // Two samples carry no p99, and JSON has it all the same: the warning stands beside it.
    expect(summary.rows.find(({ metric }: { metric: string }) => metric === 'latency.p99')).toEqual({
      scenario: 'live-feed',
      transport: 'websocket',
      server: 'a,"b"\nc',
      metric: 'latency.p99',
      unit: 'µs',
      better: 'lower',
      median: 7,
      low: null,
      high: null,
      values: [7],
    });
    expect(summary.trials).toEqual([
      {
        scenario: 'live-feed',
        transport: 'websocket',
        server: 'a,"b"\nc',
        block: 0,
        status: 'completed',
        validity: 'doubtful',
        warnings: [{ code: 'few-samples', message: 'two samples' }],
        reason: null,
      },
      {
        scenario: 'live-feed',
        transport: 'sse',
        server: 'reference',
        block: 1,
        status: 'failed',
        validity: null,
        warnings: [],
        reason: 'refused',
      },
    ]);
  });

  it('has a row for every metric that a full trial measures, with one value per trial', () => {
    const { rows } = JSON.parse(renderJson(exampleResults()));
    const polling = rows.filter(
      (row: { scenario: string; transport: string }) =>
        row.scenario === 'live-feed' && row.transport === 'polling',
    );
    expect(polling.map(({ metric }: { metric: string }) => metric)).toEqual(CALM_METRIC_IDS);
    for (const { values } of polling) expect(values).toHaveLength(3);
  });
});

describe('renderCsv', () => {
  it('follows RFC 4180', () => {
    const text = renderCsv(small);
    expect(text.startsWith('scenario,transport,server,block,validity,metric,unit,better,value\r\n')).toBe(
      true,
    );
    expect(text).toContain('live-feed,websocket,"a,""b""\nc",0,doubtful,latency.p99,µs,lower,7\r\n');
    expect(text.endsWith('\r\n')).toBe(true);
  });

  it.each([
    ['=cmd|"/c calc"!A0', `"'=cmd|""/c calc""!A0"`],
    ['+1', "'+1"],
    ['-1', '-1'],
    ['-1+1', "'-1+1"],
    ['@x', "'@x"],
    ['\t=1', "'\t=1"],
    ['a=1', 'a=1'],
  ])('lets no spreadsheet carry out a name: %j', (server, written) => {
    const outcome = completed(measurements());
    expect(renderCsv(results([trial({ server, outcome })]))).toContain(`,websocket,${written},0,valid,`);
  });

  it('has one record per completed trial and number', () => {
    const text = renderCsv(exampleResults());
    // Only polling and long-polling count messages per answer: 6 and 5 of the 20 completed trials… of 3 and 2.
    const records = text.trimEnd().split('\r\n').slice(1);
    const polled = 3 + 3 + 2;
    expect(records).toHaveLength(20 * (CALM_METRIC_IDS.length - 1) + polled);
  });
});

describe('renderMarkdown', () => {
  it('has a section, a finding and a table per scenario', () => {
    const text = renderMarkdown(exampleResults());
    expect(text).toMatch(/^## live-feed\n/);
    expect(text).toContain(
      '| WebSocket | 408 µs | 925 µs | 1,000/s | 208 B | 7.62 B | 100 | – | 7.84 µs | 11.7 kB | valid |',
    );
    expect(text).toContain('WebSocket and SSE tie for the lowest p99 latency');
    expect(text).toContain(
      '- **WebSocket is invalid** (`lost`): 3 of 10000 messages never arrived (1 of 3 trials). ' +
        'Do not trust its latency.\\*, delivered.perSecond and bytes.perMessage in chat; ',
    );
  });

  it('says how soon clients were back where there were interruptions', () => {
    // 2,000 recoveries of 1 to 2,000 ms carry a p99: 2,000 × 0.01 = 20 lie beyond.
    const recovery = encoded(Array.from({ length: 2_000 }, (_, index) => (index + 1) * 1_000));
    const { histograms } = measurements();
    const outcome = completed(measurements({ histograms: { ...histograms, recovery } }));
    const text = renderMarkdown(results([trial({ outcome })]));
    expect(text).toContain('| Back after, p50 | Back after, p99 |');
    expect(text).toMatch(/\| 1 s \| 1\.98 s \|/);
    expect(renderMarkdown(small)).not.toContain('Back after');
  });

  it('lets no text out of its cell', () => {
    const hostile = 'a | b\n<img src=x> [x](http://x) `c`';
    const text = renderMarkdown(
      results([trial(), trial({ server: hostile, outcome: { status: 'skipped', reason: hostile } })]),
    );
    expect(text).not.toContain('<img');
    expect(text).not.toContain('[x](');
    const table = text.split('\n').filter((line) => line.startsWith('| '));
    const pipes = table.map((line) => line.replaceAll('\\|', '').split('|').length);
    expect(new Set(pipes).size).toBe(1);
  });
});

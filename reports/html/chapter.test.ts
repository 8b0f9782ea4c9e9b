import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../scenarios/schema.ts';
import { summarise } from '../summary.ts';
import { exampleResults } from '../testing/example.ts';
import { completed, encoded, measurements, results, scenario, trial } from '../testing/results.ts';
import { chapter } from './chapter.ts';
import { ChartBook } from './chart-book.ts';

/** The page's part of the first scenario of some results. */
async function chapterOf(given: Parameters<typeof summarise>[0]): Promise<string> {
  const [summary] = summarise(given);
  return summary === undefined ? '' : (await chapter(summary, given, new ChartBook())).html;
}

/** The headings of the sections. */
function headings(page: string): string[] {
  return [...page.matchAll(/<h3>([^<]*)<\/h3>/g)].map(([, title = '']) => title);
}

/** One trial with a time to connect and a server that was watched. */
function oneTrial(input: Partial<ScenarioInput>) {
  const empty = encoded([]);
  const connect = encoded(Array.from({ length: 2_000 }, () => 1_000));
  const measured = measurements({
    histograms: {
      latency: empty,
      service: empty,
      lateness: empty,
      connect,
      recovery: empty,
      loopDelay: empty,
    },
    connections: { asked: 2_000, opened: 2_000, reopened: 0, unrecovered: 0 },
    processes: [{ role: 'server', cpuUs: 1, rssBytes: 100e6, rssBeforeBytes: 50e6 }],
  });
  return results([trial({ scenario: scenario(input), outcome: completed(measured) })]);
}

describe('chapter', () => {
  it('has every section that the data fills, in order', async () => {
    expect(headings(await chapterOf(exampleResults()))).toEqual([
      'Scoreboard',
      'Head to head with WebSocket',
      'Latency by percentile',
      'Latency over time',
      'Trials in run order',
      'Bytes per message',
      'What staying connected costs',
      'Resources of the server',
      'Delivery',
      'Validity, check by check',
    ]);
  });

  it('has no legend of requests where no transport has empty answers to be told from others', async () => {
    const example = exampleResults();
    const sockets = example.trials.filter(
      ({ transport }) => transport === 'sse' || transport === 'websocket',
    );
    const entry = '</svg>with something</li>';
    expect(await chapterOf(example)).toContain(entry);
    expect(await chapterOf({ ...example, trials: sockets })).not.toContain(entry);
  });

  it('has no section without data', async () => {
    expect(headings(await chapterOf(oneTrial({})))).toEqual([
      'Scoreboard',
      'Resources of the server',
      'Validity, check by check',
    ]);
    const failed = trial({ outcome: { status: 'failed', stage: 'server', reason: 'gone' } });
    expect(headings(await chapterOf(results([failed])))).toEqual(['Validity, check by check']);
  });

  it('has the time to connect where all connect at once', async () => {
    expect(await chapterOf(oneTrial({ connecting: 'at-once' }))).toContain(
      'aria-label="Time to connect, p99',
    );
    expect(await chapterOf(oneTrial({}))).not.toContain('Time to connect, p99');
  });

  it('says how many TCP connections that took, and who counted them', async () => {
    const given = exampleResults();
    const counted = (counts: Readonly<Record<string, { accepted?: number; established?: number }>>) => ({
      ...given,
      trials: given.trials.map((one) => {
        const { outcome, transport } = one;
        if (outcome.status !== 'completed') return one;
        const { asked, opened, reopened, unrecovered } = outcome.measurements.connections;
        const connections = { asked, opened, reopened, unrecovered, ...counts[transport] };
        return { ...one, outcome: { ...outcome, measurements: { ...outcome.measurements, connections } } };
      }),
    });
    const each = { accepted: 100, established: 100 };
    const all = { polling: each, 'long-polling': each, sse: each, websocket: each };
    expect(await chapterOf(counted(all))).toContain(
      'TCP connections of a client: one, as the servers count them.',
    );
    const many = { ...all, polling: { established: 1_234 } };
    expect(await chapterOf(counted(many))).toContain(
      'TCP connections of a client: one over long-polling, SSE and WebSocket and 12.3 over polling, as the servers count them, and for polling the clients.',
    );
    expect(await chapterOf(counted({}))).not.toContain('TCP connections of a client');
  });

  it('keeps servers apart that have the same transports, and says of many what differs', async () => {
    const given = exampleResults();
    const [first] = given.trials;
    const both = {
      ...given,
      comparison: { ...given.comparison, servers: [first?.server ?? '', 'other'] },
      trials: given.trials.flatMap((one) => [one, { ...one, server: 'other' }]),
    };
    const page = await chapterOf(both);
    for (const server of both.comparison.servers)
      expect(page).toContain(`Latency by percentile on ${server}`);
    // Each row of the ratios has its name; on one server its look is enough.
    expect(page).toMatch(/<text[^>]*font-weight="bold"[^>]*>Median latency<\/text>/);
    expect(page).toMatch(/<text[^>]*>SSE on other<\/text>/);
    expect(await chapterOf(given)).not.toMatch(/font-weight="bold"[^>]*>Median latency/);
    expect(page).toMatch(/WebSocket on \w+ and WebSocket on \w+ lead, alone or with others, in /);
    // Neither another transport nor another server alone tells them apart.
    expect(page).not.toMatch(/Polling on other has [\d.]+ times/);
  });

  it('has the memory of the whole server where clients read slowly', async () => {
    expect(await chapterOf(oneTrial({ slow: { oneIn: 10, kbps: 256 } }))).toContain(
      'aria-label="Server memory. ',
    );
    expect(await chapterOf(oneTrial({}))).toContain('aria-label="Server memory per connection. ');
  });

  it('gives every chart one label, and its numbers as a table', async () => {
    const page = await chapterOf(exampleResults());
    const charts = page.match(/<div class="chart"/g) ?? [];
    expect(charts).toHaveLength(8);
    expect(page.match(/<div class="chart" role="img" aria-label="[^"]+"/g)).toHaveLength(charts.length);
    expect(page.match(/<details><summary>Numbers of [^<]+<\/summary><div class="scroll"/g)).toHaveLength(
      charts.length,
    );
  });
});

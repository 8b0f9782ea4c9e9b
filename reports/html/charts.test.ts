import { describe, expect, it } from 'vitest';
import type { ScenarioInput } from '../../scenarios/schema.ts';
import { summarise } from '../summary.ts';
import { completed, encoded, measurements, results, scenario, trial } from '../testing/results.ts';
import { chartsOf } from './charts.ts';

/** The titles of the charts of one trial with a p99 of the time to connect and a server that was watched. */
function titlesOf(input: Partial<ScenarioInput>): string[] {
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
  const [summary] = summarise(results([trial({ scenario: scenario(input), outcome: completed(measured) })]));
  return summary === undefined ? [] : chartsOf(summary).map(({ title }) => title);
}

describe('chartsOf', () => {
  it('has the time to connect where all connect at once', () => {
    expect(titlesOf({ connecting: 'at-once' })).toContain('Time to connect, p99');
    expect(titlesOf({})).not.toContain('Time to connect, p99');
  });

  it('has the memory of the whole server where clients read slowly', () => {
    expect(titlesOf({ slow: { oneIn: 10, kbps: 256 } })).toContain('Server memory');
    expect(titlesOf({})).toContain('Server memory per connection');
  });
});

import { rankingOf } from '../../headline.ts';
import type { ScenarioSummary } from '../../summary.ts';
import { barChart } from '../charts/bars.ts';
import type { Section } from '../section.ts';

/** What the server needed: CPU for a message, memory for a connection. Nothing of a server that nobody watched. */
export function resourcesSection({ scenario, arms }: ScenarioSummary): Section | null {
  const measured = arms.filter(({ completed }) => completed.length > 0);
  const idle = scenario.workload.kind === 'idle';
  const cpuMetric = idle ? 'server.cpuPercent' : 'server.cpuUsPerMessage';
  const memoryMetric = scenario.slow === null ? 'server.rssBytesPerConnection' : 'server.rssBytes';
  const cpu = idle
    ? barChart(measured, cpuMetric, {
        title: 'Server CPU',
        axis: '% of one core',
        divisor: 1,
        reading: 'All server processes together, while measuring.',
      })
    : barChart(measured, cpuMetric, {
        title: 'Server CPU per message',
        axis: 'µs per delivered message',
        divisor: 1,
        reading: 'User and system time of the server.',
      });
  const memory =
    scenario.slow === null
      ? barChart(measured, memoryMetric, {
          title: 'Server memory per connection',
          axis: 'kB per connection',
          divisor: 1_000,
          reading:
            'What the resident set grew by from before the first client to its peak. Small runs overstate it.',
        })
      : barChart(measured, memoryMetric, {
          title: 'Server memory',
          axis: 'MB',
          divisor: 1_000_000,
          reading:
            'The largest resident set of the server while measuring: what it keeps for slow clients is in it.',
        });
  const content = [cpu, memory].filter((chart) => chart !== null);
  if (content.length === 0) return null;
  return {
    id: `${scenario.name}-resources`,
    title: 'Resources of the server',
    finding: [rankingOf(cpuMetric, arms), rankingOf(memoryMetric, arms)].filter((text) => text !== null),
    content,
    place: 'beside',
  };
}

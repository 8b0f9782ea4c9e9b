import type { ScenarioSummary } from '../summary.ts';
import type { Chart } from './chart.ts';
import { barChart } from './charts/bars.ts';
import { bytesChart } from './charts/bytes.ts';
import { overtimeChart } from './charts/overtime.ts';
import { percentileChart } from './charts/percentiles.ts';

/** The charts of a scenario; one that its trials have no numbers for is left out. */
export function chartsOf({ scenario, arms }: ScenarioSummary): Chart[] {
  const measured = arms.filter(({ completed }) => completed.length > 0);
  const cpu =
    scenario.workload.kind === 'idle'
      ? barChart(measured, 'server.cpuPercent', {
          title: 'Server CPU',
          axis: '% of one core',
          divisor: 1,
          caption:
            'All server processes together, while measuring. Bar: median of the trials. Dots: the trials.',
        })
      : barChart(measured, 'server.cpuUsPerMessage', {
          title: 'Server CPU per message',
          axis: 'µs per delivered message',
          divisor: 1,
          caption: 'User and system time of the server. Bar: median of the trials. Dots: the trials.',
        });
  const connect =
    scenario.connecting === 'paced'
      ? null
      : barChart(measured, 'connect.p99', {
          title: 'Time to connect, p99',
          axis: 'ms from the instant at which all were due to connect',
          divisor: 1_000,
          caption: 'TCP connection and subscription. Bar: median of the trials. Dots: the trials.',
        });
  const memory =
    scenario.slow !== null
      ? barChart(measured, 'server.rssBytes', {
          title: 'Server memory',
          axis: 'MB',
          divisor: 1_000_000,
          caption:
            'The largest resident set of the server while measuring: what it keeps for slow clients is in it.',
        })
      : barChart(measured, 'server.rssBytesPerConnection', {
          title: 'Server memory per connection',
          axis: 'kB per connection',
          divisor: 1_000,
          caption:
            'What the resident set grew by from before the first client to its peak. Small runs overstate it.',
        });
  return [
    connect,
    percentileChart(measured),
    overtimeChart(measured),
    bytesChart(measured),
    cpu,
    memory,
  ].filter((chart) => chart !== null);
}

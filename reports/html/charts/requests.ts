import { formatNumber } from '../../format.ts';
import { median } from '../../statistics.ts';
import type { Arm } from '../../summary.ts';
import type { Chart } from '../chart.ts';
import { stackedBarChart } from './stacked-bars.ts';

/** How often a client asked, per connection, while measuring: for something, and for nothing. */
export interface Asking {
  readonly empty: number;
  readonly other: number;
}

/** The medians of the trials. */
export function askingOf({ completed }: Arm): Asking {
  const perConnection = (count: (asked: { total: number; empty: number }) => number) =>
    median(
      completed.flatMap(({ measurements: { requests, connections } }) =>
        connections.opened === 0 ? [] : [count(requests) / connections.opened],
      ),
    ) ?? 0;
  return {
    empty: perConnection(({ empty }) => empty),
    other: perConnection(({ total, empty }) => total - empty),
  };
}

/** The requests of a connection, empty answers apart. */
export function requestsChart(arms: readonly Arm[]): Chart | null {
  const parts = [
    { name: 'with something', colour: 'var(--account-framing)', of: (arm: Arm) => askingOf(arm).other },
    { name: 'empty', colour: 'var(--account-headers)', of: (arm: Arm) => askingOf(arm).empty },
  ];
  const chart = stackedBarChart(arms, parts, {
    title: 'Requests per connection',
    axis: 'requests per connection while measuring',
    reading:
      'Answered requests, and openings of streams and sockets; a poll that brought no message is empty. Medians of the trials.',
    size: 'full',
    amount: (value, { name }) => `${formatNumber(value)} ${name}`,
  });
  // Where no answer was empty there is nothing to tell apart.
  const isPlain = chart?.keys.every(({ name }) => name === 'with something') === true;
  return chart === null || !isPlain ? chart : { ...chart, keys: [] };
}

import { formatQuantity } from '../../format.ts';
import { type Account, type Measurements, SHOWN_ACCOUNTS } from '../../results/schema.ts';
import { median } from '../../statistics.ts';
import type { Arm } from '../../summary.ts';
import type { Chart } from '../chart.ts';
import { stackedBarChart } from './stacked-bars.ts';

/** What an account's bytes are divided by. */
export type BytesPer = 'message' | 'connection and second';

/** The bytes of an account: per delivered message, or per connection and second; the median of the trials. */
export function bytesOf(arm: Arm, account: Account, per: BytesPer): number {
  const values = arm.completed.map(({ measurements }) => share(measurements, account, per));
  return median(values.filter((value) => value !== null)) ?? 0;
}

/** Where the bytes go, by account. */
export function bytesChart(arms: readonly Arm[], per: BytesPer): Chart | null {
  const parts = SHOWN_ACCOUNTS.map((account) => ({
    name: account,
    colour: `var(--account-${account})`,
    of: (arm: Arm) => bytesOf(arm, account, per),
  }));
  return stackedBarChart(arms, parts, {
    title: `Bytes per ${per}, by account`,
    axis: `bytes per ${per}`,
    reading:
      'On the subscribers’ sockets, both directions, every byte in one account; what TCP and IP add is not in it. Medians of the trials.',
    size: 'full',
    amount: (value, { name }) => `${formatQuantity(value, 'B')} of ${name}`,
  });
}

function share(measured: Measurements, account: Account, per: BytesPer): number | null {
  const { bytes, messages, connections, measureMs } = measured;
  const by = per === 'message' ? messages.received : (connections.opened * measureMs) / 1_000;
  return by === 0 ? null : (bytes.up[account] + bytes.down[account]) / by;
}
